import { type Size, isBox, isFull, parseSize, printSize } from '../../edge/size';
import type { Variant } from '../../edge/variant';

/** Averages of a variant. */
export interface Measurement {
  /** Of the body. */
  bytes: number;
  /** Of a render, beside the buckets. */
  milliseconds: number;
}

/** The classes of viewers with their shares of requests: nearly all browsers accept AVIF. */
const CLASSES = [
  { name: 'avif', share: 0.95, milliseconds: { small: 127, middle: 278, large: 638 } },
  { name: 'webp', share: 0.05, milliseconds: { small: 79, middle: 113, large: 238 } },
] as const;

type Class = (typeof CLASSES)[number];

/** How many variants each size has: one for each class. */
export const CLASS_COUNT = CLASSES.length;

/** Pixels of the variants whose times are measured: bench/RESULTS.md, `miss`, an original of 12 MP, 3:2. */
const TIMED_PIXELS = { small: 320 * 213, middle: 640 * 427, large: 1_280 * 853 };

/** kB of each default size: bench/RESULTS.md, `sizes`. */
const KILOBYTES: Readonly<Record<string, Record<Class['name'], number>>> = {
  '100x100': { avif: 2.1, webp: 2.9 },
  '200x200': { avif: 5.7, webp: 8.8 },
  '300x300': { avif: 11.3, webp: 16.8 },
  '360x270': { avif: 11.8, webp: 17.7 },
  '400x400': { avif: 18.0, webp: 26.8 },
  '600x600': { avif: 35.2, webp: 51.8 },
  '1600x400': { avif: 50.3, webp: 59.9 },
  '320w': { avif: 11.6, webp: 17.4 },
  '640w': { avif: 39.2, webp: 55.8 },
  '960w': { avif: 80.0, webp: 105.0 },
  '1280w': { avif: 128.4, webp: 165.1 },
  '1920w': { avif: 264.2, webp: 299.5 },
  '480h': { avif: 28.5, webp: 41.8 },
};

/** The size `full` is measured with this longest edge, its default. */
const FULL = { edge: 2_560, avif: 337.4, webp: 367.7 };

/** The sides of a variant; those of `full` are its limits. */
type Box = Size & Pick<Variant, 'fit'>;

const boxOf = ({ width, height, fit }: Box, full: number): Box =>
  isFull({ width, height }) ? { width: full, height: full, fit: 'inside' } : { width, height, fit };

/** The photographs behind these means. */
const PHOTOGRAPHS = [
  { width: 3_024, height: 4_032 },
  { width: 6_000, height: 4_000 },
  { width: 4_217, height: 2_817 },
  { width: 2_725, height: 2_225 },
];

const mean = (numbers: number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Mean pixels of a variant over the photographs, which are never enlarged. */
const pixelsOf = ({ width = Infinity, height = Infinity, fit }: Box): number =>
  mean(
    PHOTOGRAPHS.map((original) => {
      const ratio = Math.min(1, width / original.width, height / original.height);
      const isWhole = fit === 'inside' || width === Infinity || height === Infinity;
      return isWhole
        ? original.width * ratio * original.height * ratio
        : Math.min(width, original.width) * Math.min(height, original.height);
    }),
  );

/** A strip shows less of the picture than other sizes with as many pixels, so it is left out of the curve. */
const isStrip = ({ width, height }: Size): boolean =>
  width !== undefined && height !== undefined && Math.max(width / height, height / width) > 2;

interface Point {
  pixels: number;
  bytes: number;
}

/** The measured sizes, by rising pixels. */
const curveOf = ({ name }: Class): Point[] =>
  Object.entries(KILOBYTES)
    .map(([text, measured]): [Box, number] => [{ ...parseSize(text), fit: 'cover' }, measured[name]])
    .filter(([box]) => !isStrip(box))
    .concat([[boxOf({ fit: 'inside' }, FULL.edge), FULL[name]]])
    .map(([box, kilobytes]) => ({ pixels: pixelsOf(box), bytes: kilobytes * 1_000 }))
    .sort((a, b) => a.pixels - b.pixels);

const CURVES = Object.fromEntries(CLASSES.map((each) => [each.name, curveOf(each)])) as Record<Class['name'], Point[]>;

/** As measured, or interpolated and extrapolated linearly in logarithms. */
function bytesOf(box: Box, { name }: Class): number {
  const measured = KILOBYTES[printSize(box)];
  if (measured && (box.fit === 'cover' || !isBox(box))) return measured[name] * 1_000;
  const curve = CURVES[name];
  const pixels = pixelsOf(box);
  const above = curve.findIndex((point) => point.pixels >= pixels);
  const end = above < 0 ? curve.length - 1 : Math.max(1, above);
  const [from, to] = [curve[end - 1]!, curve[end]!];
  const share = Math.log(pixels / from.pixels) / Math.log(to.pixels / from.pixels);
  return from.bytes * (to.bytes / from.bytes) ** share;
}

/** Interpolated and extrapolated linearly between the measured sizes. */
function millisecondsOf(box: Box, { milliseconds: { small, middle, large } }: Class): number {
  const pixels = pixelsOf(box);
  const slope =
    pixels < TIMED_PIXELS.middle
      ? (middle - small) / (TIMED_PIXELS.middle - TIMED_PIXELS.small)
      : (large - middle) / (TIMED_PIXELS.large - TIMED_PIXELS.middle);
  return middle + (pixels - TIMED_PIXELS.middle) * slope;
}

/**
 * The average over these variants: bytes as viewers ask for them, times as the classes are rendered.
 * @param full longest edge of the size `full`, in pixels
 */
export function measurementOf(variants: Box[], full: number): Measurement {
  const boxes = variants.map((variant) => boxOf(variant, full));
  const ofClass = (each: Class) => mean(boxes.map((box) => bytesOf(box, each)));
  return {
    bytes: CLASSES.reduce((sum, each) => sum + each.share * ofClass(each), 0),
    milliseconds: mean(boxes.flatMap((box) => CLASSES.map((each) => millisecondsOf(box, each)))),
  };
}
