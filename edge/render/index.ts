import sharp from 'sharp';
import { type Failure, failure, isFailure } from '../failure';
import type { Variant } from '../grammar';
import { encode } from './encode';
import { framesOf } from './frames';
import { resizeOptions } from './geometry';
import { INPUT, inspect } from './inspect';
import { overLimit } from './limits';

/** What of the config decides pixels, and what is refused before it costs anything. Sizes in pixels. */
export interface RenderSettings {
  /** Longest edge of the size `full`. */
  full: number;
  /** Default quality, on mozjpeg's scale. */
  quality: number;
  /** For padding and for formats without transparency. */
  background: string;
  /** Modern formats that `auto` may use, best first. */
  formats: ('avif' | 'webp')[];
  maxPixels: number;
  maxProgressiveJpegPixels: number;
  maxInterlacedPngPixels: number;
  maxAvifPixels: number;
  maxAnimationFrames: number;
  /** Frames × pixels of one frame. */
  maxAnimationPixels: number;
}

/** A variant's bytes. */
export interface Rendered {
  body: Buffer;
  contentType: 'image/avif' | 'image/webp' | 'image/jpeg' | 'image/png' | 'image/gif';
  /** Pixels of one frame. */
  width: number;
  height: number;
  /** More than 1 for an animation. */
  frames: number;
  /** For the log: what was done in place of what was asked, such as an animation served still. */
  note?: string;
}

// A function renders an image once: a cache of operations would only hold memory. One thread, as Lambda's one vCPU.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Renders one variant of an original: upright, never enlarged, in sRGB with 8 bits, without metadata.
 * @returns the variant, or why it cannot be made (`UNSUPPORTED`, `CORRUPT`, `TOO_LARGE`); never rejects
 */
export async function render(
  original: Buffer,
  variant: Variant,
  settings: RenderSettings,
): Promise<Rendered | Failure> {
  const header = await inspect(original);
  const refusal = isFailure(header) ? header : overLimit(header, settings);
  if (isFailure(header) || refusal) return refusal!;
  const frames = framesOf(header, variant, settings);
  try {
    const input = sharp(original, { ...INPUT, pages: frames.count }).autoOrient();
    const resized = input.resize(resizeOptions(header, variant, settings, frames.count !== 1));
    return await encode(resized, header, variant, settings, frames);
  } catch {
    return failure('CORRUPT', 'The original is damaged or incomplete.');
  }
}
