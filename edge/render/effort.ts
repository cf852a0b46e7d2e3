/**
 * What is spent on a variant, by its pixels and its content alone, so that two renders of it are the same bytes. The
 * pixels are for an answer within 25 s, on one vCPU at half the speed of the machine on which docs/rendering.md was
 * measured; they shrink and grow with the time that the config gives.
 */
import type { Format } from './choose';

const SECONDS = 25;

interface Step<T> {
  /** Up to so many pixels, all frames together. */
  pixels: number;
  options: T;
}

/** The options of the first step that has room; of the last, if none has. */
function pick<T>(steps: readonly Step<T>[], pixels: number, seconds: number): T {
  const step = steps.find((each) => pixels * SECONDS <= each.pixels * seconds) ?? steps.at(-1)!;
  return step.options;
}

interface Holds {
  /** Largest width or height that the format or its encoder has. */
  side: number;
  /** Pixels up to which a class goes out in it. */
  chosen: number;
  /** Pixels up to which it can be had by name. */
  named: number;
}

/** The largest original comes to no more. */
const ALL = Infinity;

const HOLDS: Record<Format, Holds> = {
  avif: { side: 16_384, chosen: 9e6, named: 50e6 },
  webp: { side: 16_383, chosen: ALL, named: ALL },
  jpeg: { side: 65_500, chosen: ALL, named: ALL },
  png: { side: ALL, chosen: ALL, named: ALL },
  gif: { side: 65_535, chosen: 12e6, named: 12e6 },
};

/** Whether a format holds a picture of this size, within the time. */
export function holds(format: Format, width: number, height: number, isChoice: boolean, seconds: number): boolean {
  const { side, chosen, named } = HOLDS[format];
  const pixels = ((isChoice ? chosen : named) * seconds) / SECONDS;
  return Math.max(width, height) <= side && width * height <= pixels;
}

/** Up to so many pixels a graphic is tried without loss, at 0.1 s for a megapixel or, for one that is none, 1.3 s. */
const MAX_LOSSLESS_TRIAL = 4.2e6;

export const canTryLossless = (pixels: number, seconds: number): boolean =>
  pixels * SECONDS <= MAX_LOSSLESS_TRIAL * seconds;

const MAX_ANIMATION: Partial<Record<Format, number>> = { webp: 40e6, gif: 12e6 };

/** What each frame costs beside its pixels, as so many of them: a GIF of 16 pixels a side takes 60 µs for each. */
const FRAME_PIXELS = 2_000;

/** Pixels of all frames of an animation, with what the frames cost by themselves. */
export const animationCost = (frames: number, width: number, height: number): number =>
  frames * (width * height + FRAME_PIXELS);

/** Pixels that an animation in a format may come to, all frames together. */
export const maxAnimationPixels = (format: Format, seconds: number): number =>
  ((MAX_ANIMATION[format] ?? 0) * seconds) / SECONDS;

export type AvifEffort = 0 | 1 | 2;

/** 0.7, 0.4 and 0.14 s for a megapixel; sharp's default, 4, takes 7 s and saves no tenth more. */
const AVIF: Step<AvifEffort>[] = [
  { pixels: 0.5e6, options: 2 },
  { pixels: 2.2e6, options: 1 },
  { pixels: ALL, options: 0 },
];

export const avifEffort = (pixels: number, seconds: number): AvifEffort => pick(AVIF, pixels, seconds);

/** 0.15, 0.08 and 0.04 s for a megapixel. */
const WEBP: Step<number>[] = [
  { pixels: 9e6, options: 4 },
  { pixels: 24e6, options: 2 },
  { pixels: ALL, options: 0 },
];

export const webpEffort = (pixels: number, seconds: number): number => pick(WEBP, pixels, seconds);

/** Frames cost half as much again, and are unpacked before: 0.4, 0.25 and 0.2 s for a megapixel. */
const ANIMATED_WEBP: Step<number>[] = [
  { pixels: 4e6, options: 4 },
  { pixels: 16e6, options: 2 },
  { pixels: ALL, options: 0 },
];

export const animatedWebpEffort = (pixels: number, seconds: number): number => pick(ANIMATED_WEBP, pixels, seconds);

/** 0.1 s for a megapixel, against 0.03 s for a plain progressive JPEG of a sixth more bytes. */
const MOZJPEG: Step<boolean>[] = [
  { pixels: 9e6, options: true },
  { pixels: ALL, options: false },
];

export const usesMozjpeg = (pixels: number, seconds: number): boolean => pick(MOZJPEG, pixels, seconds);

/** 2.2 s for a megapixel of a photograph, and 0.5 s without dithering. */
const GIF: Step<{ effort: number; dither: number }>[] = [
  { pixels: 1e6, options: { effort: 7, dither: 1 } },
  { pixels: ALL, options: { effort: 1, dither: 0 } },
];

export const gifEffort = (pixels: number, seconds: number) => pick(GIF, pixels, seconds);

/** Photographs pack into two thirds with a filter for each row: 0.18 s for a megapixel, 0.08 s without. */
const PNG: Step<{ compressionLevel: number; adaptiveFiltering: boolean }>[] = [
  { pixels: 16e6, options: { compressionLevel: 6, adaptiveFiltering: true } },
  { pixels: ALL, options: { compressionLevel: 3, adaptiveFiltering: false } },
];

export const pngEffort = (pixels: number, seconds: number) => pick(PNG, pixels, seconds);
