/** Names of the environment variables by which the stack passes values that are known at deploy time only. */
export const VARIABLES = {
  originalsBucket: 'ORIGINALS_BUCKET',
  originalsPrefix: 'ORIGINALS_PREFIX',
  variantsBucket: 'VARIANTS_BUCKET',
  variantsRegion: 'VARIANTS_REGION',
  queueUrl: 'QUEUE_URL',
  distributionParameter: 'DISTRIBUTION_PARAMETER',
} as const;
