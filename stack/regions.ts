import { LAMBDA_EDGE } from '../edge/limits';
import { originShieldRegion } from './origin-shield';

/** Where the parts of a resizer are; the distribution and its functions are managed in us-east-1 all the same. */
export interface Regions {
  originals: string;
  variants: string;
  /** Where CloudFront runs the rendering function, and so where its log and metrics appear. */
  renders: string;
}

/** @throws Error for a region without an Origin Shield near it */
export const regionsOf = (variants: string, originals: string): Regions => ({
  originals,
  variants,
  renders: originShieldRegion(variants),
});

/** Whether some of it is in a stack of another region, so that names have to be spelled out. */
export const isSpread = (regions: Regions): boolean =>
  Object.values(regions).some((region) => region !== LAMBDA_EDGE.region);
