import type { CloudFrontS3Origin } from 'aws-lambda';
import { ORIGIN_HEADERS } from '../origin-headers';

export interface Bucket {
  name: string;
  region: string;
}

/** Where originals come from and variants go to. */
export interface Buckets {
  originals: Bucket & { prefix: string };
  variants: Bucket;
}

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
