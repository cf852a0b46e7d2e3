/**
 * Metrics that the rendering function writes into its log lines, in CloudWatch's embedded metric format, which needs no
 * requests.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const METRICS = {
  namespace: 'ImageResizer',
  /** The dimension that distinguishes the resizers of an account. */
  function: 'FunctionName',
  outcome: 'Outcome',
  /** Requests that the function answered, by outcome. */
  answers: 'Answers',
  get: 'GetMilliseconds',
  render: 'RenderMilliseconds',
  put: 'PutMilliseconds',
  bytesIn: 'BytesIn',
  bytesOut: 'BytesOut',
  /** Variants for which S3 answered with 403 in place of 404, since the distribution may not list their bucket. */
  denied: 'VariantsDenied',
} as const;

/**
 * The outcome of a variant that could not be stored, and so is rendered again for each request that misses the caches.
 */
export const UNSTORED = 'unstored';

const MEASURED = [
  { Name: METRICS.get, Unit: 'Milliseconds' },
  { Name: METRICS.render, Unit: 'Milliseconds' },
  { Name: METRICS.put, Unit: 'Milliseconds' },
  { Name: METRICS.bytesIn, Unit: 'Bytes' },
  { Name: METRICS.bytesOut, Unit: 'Bytes' },
  { Name: METRICS.denied, Unit: 'Count' },
];

/** The measurements of one request; a phase that it did not reach has no value. */
export interface Measurements {
  functionName: string;
  outcome: string;
  values: Partial<Record<(typeof MEASURED)[number]['Name'], number>>;
}

/** The field that makes CloudWatch extract metrics from a JSON log line. */
const embedding = (values: Measurements['values']): Record<string, unknown> => ({
  _aws: {
    Timestamp: Date.now(),
    CloudWatchMetrics: [
      {
        Namespace: METRICS.namespace,
        Dimensions: [[METRICS.function]],
        Metrics: MEASURED.filter(({ Name }) => values[Name] !== undefined),
      },
      {
        Namespace: METRICS.namespace,
        Dimensions: [[METRICS.function], [METRICS.function, METRICS.outcome]],
        Metrics: [{ Name: METRICS.answers, Unit: 'Count' }],
      },
    ],
  },
});

/** The measurements as fields of a log line. @param isEmbedded whether CloudWatch extracts metrics from them */
export const measuredFields = (
  { functionName, outcome, values }: Measurements,
  isEmbedded: boolean,
): Record<string, unknown> => ({
  ...(isEmbedded && embedding(values)),
  [METRICS.function]: functionName,
  [METRICS.outcome]: outcome,
  [METRICS.answers]: 1,
  ...values,
});
