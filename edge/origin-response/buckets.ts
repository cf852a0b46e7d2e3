import type { CloudFrontS3Origin } from 'aws-lambda';

/**
 * Names and regions of the buckets are known at deploy time only, and Lambda@Edge has no environment variables. So
 * custom headers of the origin carry them (DG: add-origin-custom-headers).
 */
export const ORIGIN_HEADERS = {
  originalsBucket: 'x-resizer-originals-bucket',
  originalsRegion: 'x-resizer-originals-region',
  originalsPrefix: 'x-resizer-originals-prefix',
  variantsBucket: 'x-resizer-variants-bucket',
  variantsRegion: 'x-resizer-variants-region',
  /** Only for a distribution with a cache tag header of its own. */
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
