import { hit, render, shield } from './units';

/** A typical render: 0.6 s beside the buckets, for a variant of 40 kB (docs/costs.md). */
const RENDER = { seconds: 0.6, bytes: 40_000 };

/** Dollars for a number of requests if each renders a variant. @param memoryMb of the rendering function */
export const maxDollars = (requests: number, memoryMb: number): number =>
  requests *
  (hit(RENDER.bytes) + shield + render.s3 + render.lambdaEdge(RENDER.seconds * 1_000, memoryMb) + render.log);

export const ASSUMPTION = `${RENDER.seconds} s a render, ${RENDER.bytes / 1_000} kB a variant`;

export const SOURCES =
  'AWS list prices of November 2026: aws.amazon.com/cloudfront/pricing, /lambda/pricing, /s3/pricing, /cloudwatch/pricing';
