/**
 * The formats of variants, one entry each: how large a picture it holds, and the quality, effort and resolution of
 * colour of its encoder.
 *
 * The effort for a variant depends only on its pixels and content, so that two renders of it give the same bytes.
 * The pixels are for an answer within 25 s, on one vCPU at half the speed of the machine on which docs/rendering.md was
 * measured; they shrink and grow with the time that the config gives.
 */
import type { AvifOptions, GifOptions, JpegOptions, PngOptions, Sharp, WebpOptions } from 'sharp';
import type { Size } from '../size';
import type { Format } from '../variant';
import { interpolate, perceptualQuality } from './perceptual/photograph-quality';
import type { Encoded, Encoding, EncodingInput } from './types';

/** Encodes a picture, or an animation, without any metadata. */
export async function encode(image: Sharp, { format, lossless }: Encoding, input: EncodingInput): Promise<Encoded> {
  const { quality, detail, background } = input;
  const encoder = ENCODERS[format];
  const own = { ...input, quality: detail ? perceptualQuality(format, quality, detail) : quality };
  const picture = encoder.lossy === 'opaque' ? image.flatten({ background }) : image;
  const encoded = picture.toFormat(format, encoder.options(own, lossless));
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  return { format, lossless, data, frames: info.pages ?? 1 };
}

interface Encoder<Options> {
  /**
   * When a still is encoded with loss. `opaque`: within a class, only a picture without transparency. `named`: only if the
   * URL names the format.
   */
  lossy: 'always' | 'opaque' | 'named' | 'never';
  /** When a still is encoded without loss. `trial`: to compare, if there is time. */
  lossless: 'always' | 'trial' | 'never';
  /** Largest width or height that the format or its encoder has. */
  maxSide: number;
  /** Most pixels when we choose the format; missing for no limit. */
  maxChosen?: number;
  /** Most pixels when the URL names it; missing for no limit. */
  maxNamed?: number;
  /** Pixels of an animation, all frames together; missing for a format that is only written as a still. */
  maxAnimated?: number;
  /** sharp's options. @param lossless to hold every pixel as it is */
  options(input: EncodingInput, lossless: boolean): Options;
}

const avif: Encoder<AvifOptions> = {
  lossy: 'always',
  lossless: 'never',
  maxSide: 16_384,
  maxChosen: 9e6,
  maxNamed: 50e6,
  options({ pixels, graphic, quality, seconds }) {
    // 0.7, 0.4 and 0.14 s for a megapixel; sharp's default, 4, takes 7 s and saves no tenth more.
    const { effort, curve } = upTo(pixels, seconds, [
      [0.5e6, { effort: 2, curve: [1, 52, 58, 67, 100] }],
      [2.2e6, { effort: 1, curve: [1, 54, 60, 69, 100] }],
      [Infinity, { effort: 0, curve: [1, 53, 60, 68, 100] }],
    ]);
    return {
      quality: qualityOn(curve, quality),
      effort,
      // Half the colour would blur the edges of letters; photographs have none. It costs half as much again.
      chromaSubsampling: graphic && canTryLossless(pixels, seconds) ? '4:4:4' : '4:2:0',
    };
  },
};

const webp: Encoder<WebpOptions> = {
  lossy: 'always',
  lossless: 'trial',
  maxSide: 16_383,
  maxAnimated: 40e6,
  options({ pixels, animated, graphic, quality, seconds }, lossless) {
    // Efforts above 2 save nothing in flat colours.
    if (lossless) return { lossless, effort: 2 };
    // 0.15, 0.08 and 0.04 s for a megapixel; frames cost half as much again, and are unpacked before.
    const [slow, medium] = animated ? [4e6, 16e6] : [9e6, 24e6];
    const effort = upTo(pixels, seconds, [
      [slow, 4],
      [medium, 2],
      [Infinity, 0],
    ]);
    return { quality: qualityOn([1, 68, 79, 86, 100], quality), effort, smartSubsample: graphic && !animated };
  },
};

const jpeg: Encoder<JpegOptions> = {
  lossy: 'opaque',
  lossless: 'never',
  maxSide: 65_500,
  options({ pixels, graphic, quality, seconds }) {
    // 0.1 s for a megapixel, against 0.03 s for a plain progressive JPEG of a sixth more bytes.
    const mozjpeg = isWithin(pixels, 9e6, seconds);
    return {
      quality: qualityOn(mozjpeg ? MOZJPEG : [1, 64, 74, 82, 100], quality),
      mozjpeg,
      progressive: true,
      // The search for the best order of scans is two fifths of mozjpeg's time, for 0.8 % of the bytes.
      optimiseScans: false,
      chromaSubsampling: graphic ? '4:4:4' : '4:2:0',
    };
  },
};

const png: Encoder<PngOptions> = {
  lossy: 'never',
  lossless: 'always',
  maxSide: Infinity,
  options({ pixels, graphic, palette, seconds }) {
    if (palette) return { palette, quality: 100, dither: 0, compressionLevel: 9 };
    if (graphic) return { compressionLevel: 9 };
    // Photographs pack into two thirds with a filter for each row: 0.18 s for a megapixel, 0.08 s without.
    const adaptiveFiltering = isWithin(pixels, 16e6, seconds);
    return { compressionLevel: adaptiveFiltering ? 6 : 3, adaptiveFiltering };
  },
};

const gif: Encoder<GifOptions> = {
  lossy: 'named',
  lossless: 'never',
  maxSide: 65_535,
  maxChosen: 12e6,
  maxNamed: 12e6,
  maxAnimated: 12e6,
  options({ pixels, seconds }) {
    // 2.2 s for a megapixel of a photograph, and 0.5 s without dithering.
    const look = isWithin(pixels, 1e6, seconds) ? { effort: 7, dither: 1 } : { effort: 1, dither: 0 };
    // The original's palette may lack the colour of the padding.
    return { ...look, reuse: false };
  },
};

export const ENCODERS = { avif, webp, jpeg, png, gif } satisfies Record<Format, unknown>;

/** Whether a format holds a picture of this size, within the time. @param isChoice of a class, not named in the URL */
export function holds(format: Format, { width, height }: Required<Size>, isChoice: boolean, seconds: number): boolean {
  const { maxSide, maxChosen = Infinity, maxNamed = Infinity } = ENCODERS[format];
  return Math.max(width, height) <= maxSide && isWithin(width * height, isChoice ? maxChosen : maxNamed, seconds);
}

/** Pixels up to which a graphic is tried without loss, at 0.1 s for a megapixel; or 1.3 s for a photograph. */
const MAX_LOSSLESS_TRIAL = 4.2e6;

export const canTryLossless = (pixels: number, seconds: number): boolean =>
  isWithin(pixels, MAX_LOSSLESS_TRIAL, seconds);

/** The cost of a frame beside that of its pixels, in pixels: a GIF of 16 pixels a side takes 60 µs for each. */
const FRAME_PIXELS = 2_000;

/** The cost of an animation in pixels: those of all frames, and that of the frames themselves. */
export const animationCost = (frames: number, { width, height }: Required<Size>): number =>
  frames * (width * height + FRAME_PIXELS);

/** Whether an animation of this cost can be written in a format, within the time. */
export const holdsAnimation = (format: Format, cost: number, seconds: number): boolean =>
  isWithin(cost, ENCODERS[format].maxAnimated ?? 0, seconds);

/** The time that all limits of pixels here are for. */
const SECONDS = 25;

/** Whether a limit, scaled to the time, allows this many pixels. */
export const isWithin = (pixels: number, most: number, seconds: number): boolean => pixels * SECONDS <= most * seconds;

/** The value of the first step whose limit, scaled to the time, allows this many pixels. */
function upTo<T>(pixels: number, seconds: number, steps: readonly (readonly [most: number, value: T])[]): T {
  return steps.find(([most]) => isWithin(pixels, most, seconds))![1];
}

/**
 * Qualities of mozjpeg for which each encoder's curve has the quality that looks the same, by SSIMULACRA 2 over
 * photographs: at 70, 75 and 80 points, and the ends of the scales. Slower efforts of AVIF look better at one quality.
 */
const MOZJPEG = [1, 69, 76, 85, 100];

/** The quality on an encoder's curve that looks like this one of mozjpeg. */
const qualityOn = (curve: readonly number[], quality: number): number =>
  Math.round(interpolate(MOZJPEG, curve, quality));
