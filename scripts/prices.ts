/**
 * List prices in dollars, AWS's, us-east-1 and viewers in North America and Europe, first tier, without any free tier,
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
  /**
   * Cloudflare Images: https://developers.cloudflare.com/images/pricing/ (as a stored copy of it has it; 2026). Formats of
   * one size count once.
   */
  cloudflareImages: { freeTransformations: 5_000, transformation: 0.5 / 1e3, stored: 5 / 1e5, delivered: 1 / 1e5 },
  /**
   * imgix: https://www.imgix.com/pricing. What a credit buys is from https://www.imgix.com/faq-categories/credit-usage-value;
   * the bundles are from a list that others made of the pricing page in May 2026, and were not checked with imgix.
   */
  imgix: {
    creditGigabyteOut: 1,
    creditGigabyteCached: 2,
    creditRender: 1 / 500,
    bundles: [
      { month: 25, credits: 100, extra: 0.25 },
      { month: 75, credits: 375, extra: 0.2 },
      { month: 150, credits: 830, extra: 0.18 },
      { month: 300, credits: 1_875, extra: 0.16 },
      { month: 500, credits: 3_570, extra: 0.12 },
    ],
  },
} as const;

/** A flat-rate plan of CloudFront. */
interface PlanPrice {
  /** Dollars. */
  month: number;
  requests: number;
  gigabytesOut: number;
  /** S3's storage that comes with it. */
  gigabytesStored: number;
}

/**
 * What the plans cost and hold in a month, as of November 2026:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/flat-rate-pricing-plan.html. Premium is its lowest level.
 */
export const PLAN_PRICES = {
  free: { month: 0, requests: 1e6, gigabytesOut: 100, gigabytesStored: 5 },
  pro: { month: 15, requests: 10e6, gigabytesOut: 50_000, gigabytesStored: 50 },
  business: { month: 200, requests: 125e6, gigabytesOut: 50_000, gigabytesStored: 1_000 },
  premium: { month: 1_000, requests: 500e6, gigabytesOut: 50_000, gigabytesStored: 5_000 },
} as const satisfies Record<string, PlanPrice>;

export type PlanName = keyof typeof PLAN_PRICES;
