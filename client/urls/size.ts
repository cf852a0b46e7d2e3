/** A size in pixels; a side of 0 is free. */
export type Box = readonly [width: number, height: number];

/** The sides of a size such as `300x300`, `640w` or `480h`; those of any other text are free. */
export function parseSize(size: string): Box {
  const [width, height] = size.replace(/(.+)h$/, 'x$1').split(/[wxX×]/);
  return [+width! || 0, +height! || 0];
}

/** The text of a size. */
export const printSize = ([width, height]: Box): string =>
  width && height ? `${width}x${height}` : width ? `${width}w` : height ? `${height}h` : 'full';

/** A sorted copy, smallest first. */
export const sortBy = <T>(values: readonly T[], rank: (value: T) => number): T[] =>
  [...values].sort((one, other) => rank(one) - rank(other));

/** The smallest of sorted widths that is large enough, or the largest; undefined without widths. */
export const nearestWidth = (widths: readonly number[], width: number | undefined): number | undefined =>
  widths.find((each) => each >= width!) ?? widths.at(-1);
