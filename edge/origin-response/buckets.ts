import type { CloudFrontS3Origin } from 'aws-lambda';

/**
 * Bucket names and regions are known at deploy time only, and Lambda@Edge has no environment variables: they travel
 * as custom headers of the origin (DG: add-origin-custom-headers).
 */
export const ORIGIN_HEADERS = {
  originalsBucket: 'x-resizer-originals-bucket',
  originalsRegion: 'x-resizer-originals-region',
  originalsPrefix: 'x-resizer-originals-prefix',
  variantsBucket: 'x-resizer-variants-bucket',
  variantsRegion: 'x-resizer-variants-region',
  /** Only for a distribution that has a name of its own for it. */
  cacheTagHeader: 'x-resizer-cache-tag-header',
} as const;

export interface Bucket {
  name: string;
  region: string;
}

/** Where originals come from and variants go to. */
export interface Buckets {
  originals: Bucket & { prefix: string };
  variants: Bucket;
}

/** The header that the distribution reads cache tags from, where it is not the one that S3 sends. */
export const cacheTagHeaderOf = (origin: CloudFrontS3Origin): string | undefined =>
  origin.customHeaders[ORIGIN_HEADERS.cacheTagHeader]?.[0]?.value;

/** Reads the buckets from the custom headers of the origin. */
export function bucketsOf(origin: CloudFrontS3Origin): Buckets {
  const header = (name: keyof typeof ORIGIN_HEADERS) => origin.customHeaders[ORIGIN_HEADERS[name]]?.[0]?.value ?? '';
  return {
    originals: {
      name: header('originalsBucket'),
      region: header('originalsRegion'),
      prefix: header('originalsPrefix'),
    },
    variants: { name: header('variantsBucket'), region: header('variantsRegion') },
  };
}
