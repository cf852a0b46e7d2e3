import { aws_cloudfront as cloudfront, aws_cloudfront_origins as origins } from 'aws-cdk-lib';
import { ORIGIN_HEADERS } from '../edge/origin-response/buckets';
import type { Places } from './places';

interface OriginProps {
  generation: string;
  places: Places;
  /** Header that the distribution already reads cache tags from, if any. */
  cacheTagHeader?: string | undefined;
}

/** The path of the origin: the generation, so that no request is for the root of the bucket. */
export const originPath = (generation: string): string => `/${generation}`;

/** Settings of the rendering function, which cannot have environment variables. */
export function customHeaders({ places, cacheTagHeader }: OriginProps): Record<string, string> {
  const { originals, variants, regions } = places;
  return {
    [ORIGIN_HEADERS.originalsBucket]: originals.bucket.bucketName,
    [ORIGIN_HEADERS.originalsRegion]: regions.originals,
    ...(originals.prefix && { [ORIGIN_HEADERS.originalsPrefix]: originals.prefix }),
    [ORIGIN_HEADERS.variantsBucket]: variants.bucketName,
    [ORIGIN_HEADERS.variantsRegion]: regions.variants,
    ...(cacheTagHeader && { [ORIGIN_HEADERS.cacheTagHeader]: cacheTagHeader }),
  };
}

/** The bucket of variants, with the Origin Shield beside which renders run, if there is one. */
export function createOrigin(props: OriginProps): cloudfront.IOrigin {
  const { variants, regions } = props.places;
  return origins.S3BucketOrigin.withOriginAccessControl(variants, {
    // Without LIST, S3 would answer 403 for a missing variant. No request can list: its path begins with a generation.
    originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
    originPath: originPath(props.generation),
    ...(regions.renders !== undefined && { originShieldEnabled: true, originShieldRegion: regions.renders }),
    customHeaders: customHeaders(props),
  });
}

/** What cdk-nag reports about such an origin, and why each is fine. */
export const ORIGIN_FINDINGS = {
  'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk':
    'Every path begins with a generation, so no request can list the bucket.',
  'Annotation::@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac':
    'The stack of the bucket sets its policy.',
};
