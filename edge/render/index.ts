import sharp from 'sharp';
import { type Failure, failure, isFailure } from '../failure';
import type { Variant } from '../grammar';
import { renderAnimation } from './animation';
import { animatedFormatOf, choiceOf } from './choose';
import { whyStill } from './frames';
import { geometryOf } from './geometry';
import { corrupt, inspect, refusalFor } from './inspect';
import { overLimit } from './limits';
import { neverBigger } from './passthrough';
import { renderStill } from './still';
import type { Outcome, Task } from './task';

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
  /** Time for an answer: efforts and formats are such that no render comes near it. */
  seconds: number;
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

function toRendered({ data, format, width, height, frames, note }: Outcome): Rendered {
  return { body: data, contentType: `image/${format}`, width, height, frames, ...(note && { note }) };
}

async function renderTask(task: Task, settings: RenderSettings): Promise<Rendered | Failure> {
  const choice = choiceOf(task.variant.target, settings);
  const animated = task.header.pages > 1 ? animatedFormatOf(choice) : undefined;
  const note = task.header.pages > 1 ? whyStill(task.header, animated, task.geometry, settings) : undefined;
  const outcome = animated && !note ? await renderAnimation(task, animated) : await renderStill(task, choice);
  return isFailure(outcome) ? outcome : toRendered(neverBigger({ ...outcome, ...(note && { note }) }, task, choice));
}

async function renderWithin(original: Buffer, variant: Variant, settings: RenderSettings): Promise<Rendered | Failure> {
  const header = await inspect(original, settings);
  if (isFailure(header)) return header;
  const refusal = overLimit(original, header, settings);
  if (refusal) return refusal;
  const geometry = geometryOf(header, variant, settings);
  if (geometry.width * geometry.height > settings.maxPixels) {
    return failure('TOO_LARGE', `The variant would have ${geometry.width}x${geometry.height} pixels.`);
  }
  const { quality, background, seconds } = settings;
  const look = { quality: variant.quality ?? quality, background, seconds };
  return renderTask({ original, header, variant, geometry, look }, settings);
}

/**
 * Renders one variant of an original: upright, never enlarged, in sRGB with 8 bits, without metadata. Two renders of
 * the same give the same bytes.
 * @returns the variant, or why it cannot be made (`UNSUPPORTED`, `CORRUPT`, `TOO_LARGE`); never rejects
 */
export async function render(
  original: Buffer,
  variant: Variant,
  settings: RenderSettings,
): Promise<Rendered | Failure> {
  try {
    return await renderWithin(original, variant, settings);
  } catch (error) {
    // The header was read and is within all limits: what the decoder refuses after that is damaged.
    return refusalFor(error, corrupt());
  }
}
