/**
 * AWS's list prices in dollars, us-east-1 and viewers in North America and Europe, first tier, without any free tier,
 * as of November 2026. Each names the page that has it.
 */
export const PRICES = {
  /** https://aws.amazon.com/cloudfront/pricing/ */
  cloudFront: {
    httpsRequest: 1.0 / 1e6,
    gigabyteOut: 0.085,
    functionCall: 0.1 / 1e6,
    originShieldRequest: 0.75 / 1e6,
    /** After 1,000 paths a month that are free. */
    invalidationPath: 0.005,
  },
  /** https://aws.amazon.com/lambda/pricing/ (Lambda@Edge) */
  lambdaEdge: { request: 0.6 / 1e6, gigabyteSecond: 0.000_050_01 },
  /** https://aws.amazon.com/lambda/pricing/ */
  lambda: { request: 0.2 / 1e6, gigabyteSecond: 0.000_016_666_7, gigabyteSecondArm: 0.000_013_333_4 },
  /** https://aws.amazon.com/s3/pricing/ (Standard) */
  s3: { put: 0.005 / 1e3, list: 0.005 / 1e3, get: 0.0004 / 1e3, gigabyteMonth: 0.023 },
  /** https://aws.amazon.com/sqs/pricing/ (standard queues) */
  sqs: { request: 0.4 / 1e6 },
  /** https://aws.amazon.com/api-gateway/pricing/ */
  apiGateway: { restRequest: 3.5 / 1e6, httpRequest: 1.0 / 1e6 },
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  cloudWatch: { logGigabyte: 0.5, metricMonth: 0.3, alarmMonth: 0.1, dashboardMonth: 3 },
  /** https://aws.amazon.com/waf/pricing/ */
  waf: { webAclMonth: 5, ruleMonth: 1, request: 0.6 / 1e6 },
} as const;
