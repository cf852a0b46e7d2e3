/** The rule of `snap`, apart from the rest: a function without it has its bytes for other things. */
import { type Grammar } from '../variant';
import { MAX_SIDE } from '../grammar-constants';
import { type Size, distance, hasShapeOf, parseSize } from '../size';

/** What the reading of a URL has to know. */
export interface UrlGrammar extends Grammar {
  /** What is asked in place of an unlisted size; missing where that is refused. */
  snapTo: ((sizes: string[], size: Size) => Size) | undefined;
}

/** The grammar with the rule, if it snaps. */
export const urlGrammar = (grammar: Grammar): UrlGrammar =>
  Object.assign({}, grammar, { snapTo: grammar.snap ? snapToListed : undefined });

/**
 * The listed size that comes in place of one that is not: of those of the same shape the nearest that is no smaller,
 * else the nearest; of boxes, only those whose crop loses least, in whole percent. `full` where none has the shape.
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

/** What a picture of one box loses when it is cropped to the shape of another, in whole percent; 0 for other sizes. */
function lossOf(one: Size, other: Size): number {
  // Cross products are whole numbers, so that equal ratios compare as equal.
  const across = (one.width || 0) * (other.height || 0);
  const along = (one.height || 0) * (other.width || 0);
  return across && along ? Math.floor(100 - (100 * Math.min(across, along)) / Math.max(across, along)) : 0;
}
