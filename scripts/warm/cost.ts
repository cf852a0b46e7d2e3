import { hit, render, shield } from '../cost/units';

/** What a typical render takes: 0.6 s beside the buckets, for a variant of 40 kB (docs/costs.md). */
const RENDER = { seconds: 0.6, bytes: 40_000 };

/** Dollars for a number of requests, if every variant has to be rendered. @param memoryMb of the rendering function */
export const mostDollars = (requests: number, memoryMb: number): number =>
  requests *
  (hit(RENDER.bytes) + shield + render.s3 + render.lambdaEdge(RENDER.seconds * 1_000, memoryMb) + render.log);

/** Where the prices come from, in a line. */
export const SOURCES =
  'AWS list prices of November 2026: aws.amazon.com/cloudfront/pricing, /lambda/pricing, /s3/pricing, /cloudwatch/pricing';

/** Printed with every estimate. */
export const ASSUMPTION = `${RENDER.seconds} s a render, ${RENDER.bytes / 1_000} kB a variant`;
