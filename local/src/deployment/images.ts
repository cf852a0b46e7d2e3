import type { CacheBehavior, Deployment, DistributionDefinition, DistributionConfig, Origin } from './deployment';

/** The custom headers by which an origin-response function knows its buckets. */
const HEADERS = {
  originalsBucket: 'x-resizer-originals-bucket',
  originalsRegion: 'x-resizer-originals-region',
  originalsPrefix: 'x-resizer-originals-prefix',
  variantsBucket: 'x-resizer-variants-bucket',
} as const;

/** An image resizer behind a distribution. */
export interface Resizer {
  /** Missing for the default behavior. */
  pathPattern?: string;
  /** Whether the behavior has trusted key groups. */
  isForMembers: boolean;
  originals: { bucket: string; region: string; prefix: string };
  variants: { bucket: string };
  /** First segment of every key in the variants bucket. */
  generation: string;
  /** ARN of the origin-response function's version. */
  rendererArn: string;
}

/** Every behavior of a distribution, the default one first. */
export const behaviorsOf = ({
  config,
}: {
  config: Pick<DistributionConfig, 'DefaultCacheBehavior' | 'CacheBehaviors'>;
}): (CacheBehavior & { PathPattern?: string })[] => [config.DefaultCacheBehavior, ...(config.CacheBehaviors ?? [])];

/** Whether a behavior serves images: it has an origin-response function, and its origin names a bucket for variants. */
export function isForImages(behavior: CacheBehavior, origins: readonly Origin[]): boolean {
  const origin = origins.find(({ Id }) => Id === behavior.TargetOriginId);
  const { OriginCustomHeaders: headers = [], S3OriginConfig } = origin ?? {};
  const { LambdaFunctionAssociations: lambdas = [] } = behavior;
  return (
    S3OriginConfig !== undefined &&
    headers.some(({ HeaderName }) => HeaderName.toLowerCase().endsWith('variants-bucket')) &&
    lambdas.some(({ EventType }) => EventType === 'origin-response')
  );
}

export const hasImages = (distribution: DistributionDefinition): boolean =>
  behaviorsOf(distribution).some((behavior) => isForImages(behavior, distribution.config.Origins));

/** The image resizers behind a distribution, the one of the default behavior first. */
export function resizersOf(distribution: DistributionDefinition): Resizer[] {
  const { Origins } = distribution.config;
  return behaviorsOf(distribution)
    .filter((behavior) => isForImages(behavior, Origins))
    .map(({ PathPattern, TargetOriginId, TrustedKeyGroups = [], LambdaFunctionAssociations: lambdas = [] }) => {
      const origin = Origins.find(({ Id }) => Id === TargetOriginId)!;
      const valueOf = (header: keyof typeof HEADERS) =>
        origin.OriginCustomHeaders?.find(({ HeaderName }) => HeaderName.toLowerCase() === HEADERS[header])
          ?.HeaderValue ?? '';
      return {
        ...(PathPattern !== undefined && { pathPattern: PathPattern }),
        isForMembers: TrustedKeyGroups.length > 0,
        originals: {
          bucket: valueOf('originalsBucket'),
          region: valueOf('originalsRegion'),
          prefix: valueOf('originalsPrefix'),
        },
        variants: { bucket: valueOf('variantsBucket') },
        generation: origin.OriginPath?.slice(1) ?? '',
        rendererArn: lambdas.find(({ EventType }) => EventType === 'origin-response')!.LambdaFunctionARN,
      };
    });
}

/**
 * The distributions to run: all that serve images, or the chosen one.
 * @param chosen an id or logical id
 * @throws Error that lists the distributions, if none fits
 */
export function distributionsToRun(
  { distributions }: Deployment,
  chosen: string | undefined,
): DistributionDefinition[] {
  const listed = distributions.map(({ id, stack, logicalId }) => `  ${id}  ${stack}/${logicalId}`).join('\n');
  if (distributions.length === 0) throw new Error('The template has no distribution.');
  const found = distributions.filter(({ id, logicalId }) =>
    chosen === undefined ? true : [id, logicalId].includes(chosen),
  );
  if (found.length === 0) throw new Error(`There is no distribution ${chosen}. There are:\n${listed}`);
  const withImages = found.filter(hasImages);
  if (withImages.length > 0) return withImages;
  if (chosen !== undefined) throw new Error(`The distribution ${chosen} serves no images. There are:\n${listed}`);
  throw new Error(`No distribution of the template serves images. There are:\n${listed}`);
}
