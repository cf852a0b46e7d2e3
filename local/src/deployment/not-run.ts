import type { Stack } from './assembly';
import type { CacheBehavior, Deployment, DistributionDefinition, LambdaDefinition } from './deployment';
import { behaviorsOf, hasImages, isForImages } from './images';

/** Types that are run here, or that no request needs. */
const NOT_LISTED = [
  /^AWS::(?:CloudFront|CloudWatch|Events|IAM|Logs|S3|SNS|SQS|SSM|PricingPlanManager)::/,
  /^AWS::Lambda::(?:Function|Version|Permission|EventSourceMapping|EventInvokeConfig)$/,
  /^AWS::WAFv2::/,
  /^AWS::CDK::Metadata$/,
  // Custom resources of the product, which run while deploying.
  /^Custom::(?:S3AutoDeleteObjects|S3BucketNotifications|NewGeneration)$/,
];

/** The resources of a template that are not run here. */
export class NotRun {
  readonly #types = new Map<string, string[]>();
  readonly #lines: string[] = [];
  readonly #names = new Set<string>();

  /** Lists a stack's resources of other types. */
  addTypes({ template }: Stack): void {
    for (const [logicalId, { Type }] of Object.entries(template.Resources ?? {})) {
      if (NOT_LISTED.some((pattern) => pattern.test(Type))) continue;
      this.#types.set(Type, [...(this.#types.get(Type) ?? []), logicalId]);
    }
  }

  /** @param names the resource's `Ref` and ARN, by which others refer to it */
  add(line: string, names: readonly string[] = []): void {
    if (!this.#lines.includes(line)) this.#lines.push(line);
    for (const name of names) this.#names.add(name);
  }

  /** Whether this `Ref` or ARN is of a resource that was left out. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  lines(): string[] {
    const types = [...this.#types].map(([type, ids]) => `${type} (${ids.join(', ')})`);
    return [...types, ...this.#lines];
  }
}

/** A line for each behavior and function beside those of images that is not run here; none if nothing serves images. */
export function notRunBeside(deployment: Deployment): string[] {
  const { distributions, functions, eventSourceMappings } = deployment;
  if (!distributions.some(hasImages)) return [];
  const associated = new Set(
    distributions
      .flatMap(behaviorsOf)
      .flatMap(({ LambdaFunctionAssociations = [] }) =>
        LambdaFunctionAssociations.map((each) => each.LambdaFunctionARN),
      ),
  );
  const isRun = ({ arn, versions }: LambdaDefinition) =>
    eventSourceMappings.some(({ functionArn }) => functionArn === arn) ||
    versions.some((version) => associated.has(version.arn));
  return [
    ...distributions.flatMap((each) =>
      hasImages(each) ? notRunOf(each, deployment) : [`${each.stack}/${each.logicalId}: it serves no images`],
    ),
    ...functions
      .filter((each) => !isRun(each))
      .map(({ stack, logicalId }) => `${stack}/${logicalId}: no queue and no behavior leads to this function`),
  ];
}

const notRunOf = (distribution: DistributionDefinition, deployment: Deployment): string[] =>
  behaviorsOf(distribution)
    .filter((behavior) => !isForImages(behavior, distribution.config.Origins))
    .flatMap((behavior) =>
      notRunIn(behavior, deployment).map(
        (line) => `${distribution.stack}/${distribution.logicalId}, ${behavior.PathPattern ?? 'default'}: ${line}`,
      ),
    );

function notRunIn(behavior: CacheBehavior, deployment: Deployment): string[] {
  const { functions, cloudFrontFunctions, cachePolicies, responseHeadersPolicies, keyGroups } = deployment;
  const { CachePolicyId, ResponseHeadersPolicyId, TrustedKeyGroups = [] } = behavior;
  const isKnown = (arn: string) => functions.some(({ versions }) => versions.some((version) => version.arn === arn));
  const notRun = [
    ...(behavior.FunctionAssociations ?? [])
      .filter(
        ({ EventType, FunctionARN }) =>
          EventType !== 'viewer-request' || !cloudFrontFunctions.some(({ arn }) => arn === FunctionARN),
      )
      .map(({ EventType, FunctionARN }) => ({ EventType, arn: FunctionARN })),
    ...(behavior.LambdaFunctionAssociations ?? [])
      .filter(({ EventType, LambdaFunctionARN }) => EventType !== 'origin-response' || !isKnown(LambdaFunctionARN))
      .map(({ EventType, LambdaFunctionARN }) => ({ EventType, arn: LambdaFunctionARN })),
  ];
  return [
    ...TrustedKeyGroups.filter((id) => !keyGroups.has(id)).map(
      (id) => `the key group ${id} is in no stack, so what its keys have signed is refused`,
    ),
    ...notRun.map(({ EventType, arn }) => `the function at ${EventType} is not run here (${arn})`),
    ...(CachePolicyId !== undefined && cachePolicies.has(CachePolicyId)
      ? []
      : [`the cache policy ${CachePolicyId ?? 'of legacy settings'} is not known here, so nothing is cached`]),
    ...(ResponseHeadersPolicyId === undefined || responseHeadersPolicies.has(ResponseHeadersPolicyId)
      ? []
      : [`the response headers policy ${ResponseHeadersPolicyId} is not known here`]),
  ];
}
