/** Names of the variables by which the stack tells the function what is known only when it is deployed. */
export const VARIABLES = {
  originalsBucket: 'ORIGINALS_BUCKET',
  originalsPrefix: 'ORIGINALS_PREFIX',
  variantsBucket: 'VARIANTS_BUCKET',
  variantsRegion: 'VARIANTS_REGION',
  queueUrl: 'QUEUE_URL',
  distributionParameter: 'DISTRIBUTION_PARAMETER',
} as const;
