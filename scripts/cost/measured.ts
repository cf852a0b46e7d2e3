import type { Variant } from '../../edge/variant';

/** What a variant takes on average. */
export interface Measurement {
  /** Of the body. */
  bytes: number;
  /** Of a render, beside the buckets. */
  milliseconds: number;
}

/** The classes of viewers, and what share of requests each makes: nearly all browsers take AVIF. */
const CLASSES = [
  { share: 0.95, bytesPerPixel: 42_700 / (640 * 427), milliseconds: { small: 127, middle: 278, large: 638 } },
  { share: 0.05, bytesPerPixel: 72_100 / (640 * 427), milliseconds: { small: 79, middle: 113, large: 238 } },
];

/** How many variants each size has: one for each class. */
export const CLASS_COUNT = CLASSES.length;

/** A photograph of 12 MP, 3:2, as the benches have measured it (bench/RESULTS.md, `cost` and `miss`). */
const ORIGINAL = { width: 4_243, height: 2_828 };
const PIXELS = { small: 320 * 213, middle: 640 * 427, large: 1_280 * 853 };

/** Pixels of the variant, which is never larger than the original. */
function pixelsOf({ width, height }: Variant): number {
  const ratio = ORIGINAL.width / ORIGINAL.height;
  const wide = width ?? (height === undefined ? ORIGINAL.width : height * ratio);
  const high = height ?? wide / ratio;
  return Math.min(wide, ORIGINAL.width) * Math.min(high, ORIGINAL.height);
}

/** Between the measured sizes and beyond them in a straight line. */
function millisecondsAt(pixels: number, { small, middle, large }: (typeof CLASSES)[number]['milliseconds']): number {
  const slope =
    pixels < PIXELS.middle
      ? (middle - small) / (PIXELS.middle - PIXELS.small)
      : (large - middle) / (PIXELS.large - PIXELS.middle);
  return middle + (pixels - PIXELS.middle) * slope;
}

const mean = (numbers: number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** The average over these sizes: bytes as viewers ask for them, times as the classes are rendered. */
export function measurementOf(variants: Variant[]): Measurement {
  const pixels = variants.map(pixelsOf);
  return {
    bytes: CLASSES.reduce((sum, { share, bytesPerPixel }) => sum + share * bytesPerPixel * mean(pixels), 0),
    milliseconds: mean(pixels.flatMap((each) => CLASSES.map(({ milliseconds }) => millisecondsAt(each, milliseconds)))),
  };
}
