import sharp from 'sharp';
import { type Failure, failure, isFailure } from '../failure';
import type { Variant } from '../variant';
import { renderAnimation } from './animation';
import { type Choice, animatedFormatOf, choiceOf } from './choose';
import { whyStill } from './frames';
import { drawnSize, geometryOf } from './geometry';
import { corrupt, inspect, refusalFor } from './inspect';
import { overLimit } from './limits';
import { neverBigger, passOnMoving } from './pass-on';
import { sourceOf } from './source';
import { renderStill } from './still';
import { drawnAt } from './svg';
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
  /** Pixels of all frames of an animation together. */
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
  /** The same for viewers, where it changes what they see: one line of ASCII. */
  notice?: string;
}

// A function renders an image once: a cache of operations would only hold memory. One thread, as Lambda's one vCPU.
sharp.cache(false);
sharp.concurrency(1);

function toRendered({ data, format, ...rest }: Outcome): Rendered {
  const { width, height, frames, note, notice } = rest;
  const about = { width, height, frames, ...(note && { note }), ...(notice && { notice }) };
  return { body: data, contentType: `image/${format}`, ...about };
}

/** An animation with all of its frames; as it is, or its first frame, where it cannot be rendered so. */
async function renderMoving(task: Task, choice: Choice, settings: RenderSettings): Promise<Outcome | Failure> {
  const format = animatedFormatOf(choice);
  const why = whyStill(task.header, format, task.geometry, settings);
  if (!why) return renderAnimation(task, format!);
  const original = await passOnMoving(task, choice, why, settings);
  if (original) return original;
  const first = await renderStill(task, choice);
  const note = `first frame: ${why}`;
  return isFailure(first) ? first : { ...first, note, notice: note };
}

async function renderTask(task: Task, settings: RenderSettings): Promise<Rendered | Failure> {
  const choice = choiceOf(task.variant.target, settings);
  const isAnimated = task.header.frames > 1;
  const outcome = isAnimated ? await renderMoving(task, choice, settings) : await renderStill(task, choice);
  return isFailure(outcome) ? outcome : toRendered(await neverBigger(outcome, task, choice));
}

async function renderWithin(original: Buffer, variant: Variant, settings: RenderSettings): Promise<Rendered | Failure> {
  const header = await inspect(original, settings);
  if (isFailure(header)) return header;
  const refusal = overLimit(header, settings);
  if (refusal) return refusal;
  const geometry = geometryOf(header, variant, settings);
  if (geometry.width * geometry.height > settings.maxPixels) {
    return failure('TOO_LARGE', `The variant would have ${geometry.width}x${geometry.height} pixels.`);
  }
  const { quality, background, seconds } = settings;
  const look = { quality: variant.quality ?? quality, background, seconds };
  const { drawing } = header;
  const source = drawing
    ? await drawnAt(drawing, drawnSize(header, geometry, drawing.isFitted), settings.maxPixels)
    : await sourceOf(original, header);
  return renderTask({ original, source, header, variant, geometry, look }, settings);
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
