/**
 * Sizes: widths and heights in pixels, and their text in URLs. Part of the CloudFront Function: see `variant.ts` for
 * its language.
 */
import { MAX_SIDE } from './grammar-constants';

/** Width and height in pixels. A missing side follows from the other; without both, the size is `full`. */
export interface Size {
  width?: number | undefined;
  height?: number | undefined;
}

// Why `$(?!\n)`, see `variant.ts`.
const SIZE = /^(?:(\d+)[xX×](\d+)|(\d+)w|(\d+)h)$(?!\n)/;

/** The text of a size in a URL: `300x300`, `640w`, `480h` or `full`. */
export function printSize(size: Size): string {
  if (isFull(size)) return 'full';
  if (!size.height) return size.width + 'w';
  return size.width ? size.width + 'x' + size.height : size.height + 'h';
}

/** Parses a size as `printSize` prints it; any other text is `full`. */
export function parseSize(text: string): Size {
  const sides = splitSize(text);
  const size: Size = sides ? { width: parseSide(sides[0]), height: parseSide(sides[1]) } : {};
  return sides && !sides[0] === !size.width && !sides[1] === !size.height ? size : {};
}

/** The digits of width and height in `300x300`, `640w` or `480h`; undefined for a text of any other shape. */
export function splitSize(text: string): [width: string | undefined, height: string | undefined] | undefined {
  const match = +text[0]! >= 0 && SIZE.exec(text);
  return match ? [match[1] || match[3], match[2] || match[4]] : undefined;
}

/** Parses a width or height; undefined unless it is from 1 to `MAX_SIDE`, without leading zeros. */
export const parseSide = (digits: string | undefined): number | undefined =>
  digits && isWhole(digits, MAX_SIDE) ? +digits : undefined;

/** Whether a text is a whole number from 1 to `most`, without leading zeros. */
export const isWhole = (text: string, most: number): boolean => /^[1-9]\d*$(?!\n)/.test(text) && +text <= most;

export const isFull = (size: Size): boolean => !size.width && !size.height;

/** Whether both sides are given, so that the fit matters. */
export const isBox = (size: Size): boolean => Boolean(size.width && size.height);

/** In pixels; 0 for `full`. */
export const longestSide = (size: Size): number => Math.max(size.width || 0, size.height || 0);

/** Whether both sizes have the same sides: width, height, both or none. */
export const hasShapeOf = (one: Size, other: Size): boolean =>
  !one.width === !other.width && !one.height === !other.height;

/** How far one size is from another: the sum over both sides, in pixels. A missing side counts as 0. */
export const distance = (one: Size, other: Size): number =>
  Math.abs((one.width || 0) - (other.width || 0)) + Math.abs((one.height || 0) - (other.height || 0));
