/** Names of the environment variables with values that are known at deploy time only. */
export const VARIABLES = {
  originalsBucket: 'ORIGINALS_BUCKET',
  originalsPrefix: 'ORIGINALS_PREFIX',
  variantsBucket: 'VARIANTS_BUCKET',
  variantsRegion: 'VARIANTS_REGION',
  queueUrl: 'QUEUE_URL',
  distributionParameter: 'DISTRIBUTION_PARAMETER',
} as const;
