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
} as const;
