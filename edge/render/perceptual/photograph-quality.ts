/**
 * The quality that a photograph needs. At one quality, some photographs look worse than others: faint textures lose
 * more than strong edges do. Formulas over cheap properties of the pixels predict how much. `npm run bench:fit` fits
 * them to SSIMULACRA 2; docs/rendering.md#quality says what they gain.
 */
import type { Format } from '../../variant';
import { FORMULAS, RANGES } from './coefficients';
import type { Detail, Formula } from './detail';

/**
 * The quality at which a picture looks as most photographs do at the quality that was asked for.
 * @param quality that was asked for, from 1 to 100 on mozjpeg's scale
 * @returns on the same scale, and rising with it; the quality itself for a format without formulas
 */
export function perceptualQuality(format: Format, quality: number, detail: Detail): number {
  const formulas = FORMULAS[format];
  if (!formulas) return quality;
  const asked = formulas.map((formula) => formula.asked);
  let last = ENDS.least;
  const qualities = formulas.map((formula) => (last = Math.max(last + 1, needed(formula, detail))));
  return interpolate([ENDS.least, ...asked, ENDS.most], [ENDS.least, ...qualities, ENDS.most], quality);
}

/** The ends of mozjpeg's scale. */
const ENDS = { least: 1, most: 100 };

/** The value, limited to the bounds. */
export const within = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, value));

const NAMES = Object.keys(RANGES) as (keyof Detail)[];

/** The result of a formula. Outside of the ranges that it was fitted to, it stays at their ends. */
const needed = ({ constant, weights, bounds }: Formula, detail: Detail): number =>
  within(
    NAMES.reduce((sum, name) => sum + weights[name] * within(detail[name], RANGES[name]), constant),
    bounds,
  );

/** A piecewise linear function through points with ascending places. @param at from the first to the last place */
export function interpolate(places: readonly number[], values: readonly number[], at: number): number {
  const end = places.findIndex((place, index) => index > 0 && place >= at);
  const [from, to] = [places[end - 1]!, places[end]!];
  const [low, high] = [values[end - 1]!, values[end]!];
  return low + ((at - from) / (to - from)) * (high - low);
}
