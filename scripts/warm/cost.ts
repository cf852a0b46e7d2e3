import { PRICES } from '../prices';

/** What a typical render takes: 0.6 s beside the buckets, for a variant of 40 kB (docs/costs.md). */
const RENDER = { seconds: 0.6, bytes: 40_000 };

const GB = 1e9;
const MB_PER_GB = 1_024;

/** Dollars for a number of requests, if every variant has to be rendered. @param memoryMb of the rendering function */
export function mostDollars(requests: number, memoryMb: number): number {
  const { cloudFront, lambdaEdge, s3 } = PRICES;
  const delivery = cloudFront.httpsRequest + cloudFront.functionCall + (RENDER.bytes / GB) * cloudFront.gigabyteOut;
  const miss = cloudFront.originShieldRequest + 2 * s3.get + s3.put + lambdaEdge.request;
  const render = RENDER.seconds * (memoryMb / MB_PER_GB) * lambdaEdge.gigabyteSecond;
  return requests * (delivery + miss + render);
}

/** Where the prices come from, in a line. */
export const SOURCES =
  'AWS list prices of November 2026: aws.amazon.com/cloudfront/pricing, /lambda/pricing, /s3/pricing';

/** Printed with every estimate. */
export const ASSUMPTION = `${RENDER.seconds} s a render, ${RENDER.bytes / 1_000} kB a variant`;
