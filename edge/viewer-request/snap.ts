/** The rule of `snap` for unlisted sizes. The bundle of a config without it leaves this out. */
import { type Grammar } from '../variant';
import { MAX_SIDE } from '../grammar-constants';
import { type Size, distance, hasShapeOf, parseSize } from '../size';

/** The grammar, with the functions that a config turns on. */
export interface UrlGrammar extends Grammar {
  /** The listed size that takes the place of an unlisted one; undefined if unlisted sizes are refused. */
  snapTo: ((sizes: string[], size: Size) => Size) | undefined;
}

/** The grammar with the rule, if the config has `snap`. */
export const urlGrammar = (grammar: Grammar): UrlGrammar =>
  Object.assign({}, grammar, { snapTo: grammar.snap ? snapToListed : undefined });

/**
 * The listed size that takes the place of an unlisted one. It has the same sides. Among boxes, those whose crop loses
 * least come first, in whole percent. Then the nearest size that is no smaller is chosen, else the nearest; `full` if
 * no listed size has these sides.
 */
export function snapToListed(sizes: string[], size: Size): Size {
  let best: Size = {};
  let least = Infinity;
  sizes.map(parseSize).forEach((one) => {
    const isSmaller = (one.width || 0) < (size.width || 0) || (one.height || 0) < (size.height || 0);
    const rank = (2 * lossOf(one, size) + (isSmaller ? 1 : 0)) * 4 * MAX_SIDE + distance(one, size);
    if (hasShapeOf(one, size) && rank < least) {
      best = one;
      least = rank;
    }
  });
  return best;
}

/**
 * How much of a box is lost when it is cropped to the shape of another, in whole percent; 0 for sizes with one side.
 */
function lossOf(one: Size, other: Size): number {
  // Cross products are whole numbers, so that equal ratios compare as equal.
  const across = (one.width || 0) * (other.height || 0);
  const along = (one.height || 0) * (other.width || 0);
  return across && along ? Math.floor(100 - (100 * Math.min(across, along)) / Math.max(across, along)) : 0;
}
