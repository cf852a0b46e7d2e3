/**
 * Sizes: widths and heights in pixels, and their text in URLs. Bundled into the CloudFront Function, in whose language it is
 * written, as `variant.ts` is.
 */
import { MAX_SIDE } from './grammar-constants';

/** A box in pixels. A side that is missing is free; with neither, it is `full`. */
export interface Size {
  width?: number | undefined;
  height?: number | undefined;
}

// Both ends as in `variant.ts`.
const SIZE = /^(?:(\d+)[xX×](\d+)|(\d+)w|(\d+)h)$(?!\n)/;

/** The text of a size as a URL names it: `300x300`, `640w`, `480h`, `full`. */
export function printSize(size: Size): string {
  if (isFull(size)) return 'full';
  if (!size.height) return size.width + 'w';
  return size.width ? size.width + 'x' + size.height : size.height + 'h';
}

/** Reads a size as `printSize` prints it; any other text is `full`. */
export function parseSize(text: string): Size {
  const sides = splitSize(text);
  const size: Size = sides ? { width: parseSide(sides[0]), height: parseSide(sides[1]) } : {};
  return sides && !sides[0] === !size.width && !sides[1] === !size.height ? size : {};
}

/** The digits of width and height in `300x300`, `640w` or `480h`; undefined for a text of any other shape. */
export function splitSize(text: string): [width: string | undefined, height: string | undefined] | undefined {
  const match = +(text[0] as string) >= 0 && SIZE.exec(text);
  return match ? [match[1] || match[3], match[2] || match[4]] : undefined;
}

/** Reads a width or height; undefined unless it is from 1 to `MAX_SIDE`, without leading zeros. */
export const parseSide = (digits: string | undefined): number | undefined =>
  digits && isWhole(digits, MAX_SIDE) ? +digits : undefined;

/** Whether a text is a whole number from 1 to `most`, without leading zeros. */
export const isWhole = (text: string, most: number): boolean => /^[1-9]\d*$(?!\n)/.test(text) && +text <= most;

export const isFull = (size: Size): boolean => !size.width && !size.height;

/** Whether both sides are given, so that the fit matters. */
export const isBox = (size: Size): boolean => Boolean(size.width && size.height);

/** In pixels; 0 of `full`. */
export const longestSide = (size: Size): number => Math.max(size.width || 0, size.height || 0);

/** Whether both sizes give the same sides. */
export const hasShapeOf = (one: Size, other: Size): boolean =>
  !one.width === !other.width && !one.height === !other.height;

/** How far one size is from another, in pixels of their sides; a free one counts as 0. */
export const distance = (one: Size, other: Size): number =>
  Math.abs((one.width || 0) - (other.width || 0)) + Math.abs((one.height || 0) - (other.height || 0));
