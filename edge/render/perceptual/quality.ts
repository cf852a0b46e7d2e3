/**
 * The quality that a photograph needs. At one quality, some photographs look worse than others: faint textures lose
 * more than strong edges do. How much is foretold from what is cheap to know of the pixels, by formulas that `npm run bench:fit` fits
 * to SSIMULACRA 2; docs/rendering.md#quality has what they gain.
 */
import type { Format } from '../../variant';
import { FORMULAS, RANGES } from './coefficients';
import type { Detail } from './detail';
import type { Formula } from './formula';

/** The least and the most on mozjpeg's scale, which no formula goes beyond. */
const ENDS = { least: 1, most: 100 };

/** The value, or the bound that it is beyond. */
export const within = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, value));

const NAMES = Object.keys(RANGES) as (keyof Detail)[];

/** Outside of what it was fitted to, a formula stays where it was at the border. */
const needed = ({ constant, weights, bounds }: Formula, detail: Detail): number =>
  within(
    NAMES.reduce((sum, name) => sum + weights[name] * within(detail[name], RANGES[name]), constant),
    bounds,
  );

/**
 * The quality at which a picture looks as most photographs do as mozjpeg of the quality that was asked for.
 *
 * @param quality that was asked for: as a target for the eye, from 1 to 100 on mozjpeg's scale
 * @returns on the same scale, rising with the quality that was asked for; what was asked for, in a format without formulas
 */
export function perceptualQuality(format: Format, quality: number, detail: Detail): number {
  const formulas = FORMULAS[format];
  if (!formulas) return quality;
  const asked = formulas.map((formula) => formula.asked);
  let last = ENDS.least;
  const qualities = formulas.map((formula) => (last = Math.max(last + 1, needed(formula, detail))));
  return interpolate([ENDS.least, ...asked, ENDS.most], [ENDS.least, ...qualities, ENDS.most], quality);
}

/** The value of a piecewise linear function through points, whose places ascend. @param at from the first to the last place */
export function interpolate(places: readonly number[], values: readonly number[], at: number): number {
  const end = Math.max(
    1,
    places.findIndex((place) => place >= at),
  );
  const [from, to] = [places[end - 1]!, places[end]!];
  const [low, high] = [values[end - 1]!, values[end]!];
  return low + ((at - from) / (to - from)) * (high - low);
}
