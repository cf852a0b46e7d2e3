/** Why an original is not rendered: its kind, damage, or a limit. */
import { type Failure, failure, tooCostly } from '../failure';
import type { Header, RenderSettings } from './types';

export const unsupported = (): Failure =>
  failure('UNSUPPORTED', 'The original is no image that is read here: JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG.');

export const corrupt = (): Failure => failure('CORRUPT', 'The original is damaged or incomplete.');

/** What sharp and the libraries below it say when there is no memory for what they need; cairo does not name it. */
const OUT_OF_MEMORY = /memory|allocation failed|creating thread|rendering error/i;

/** Why a picture that sharp gave up on cannot be rendered, where it is not for want of memory. */
export const refusalFor = (error: unknown, otherwise: Failure): Failure =>
  OUT_OF_MEMORY.test(String(error)) ? tooCostly('memory') : otherwise;

/** Longest side of an original, in pixels; JPEG has no longer one. A strip of millions costs more than its pixels. */
const MAX_SIDE = 65_535;

/** Pixels that an original of this kind may have: fewer where its decoder needs the memory for all of them at once. */
function maxPixelsOf({ kind, interlaced }: Header, settings: RenderSettings): number {
  if (kind === 'avif') return settings.maxAvifPixels;
  if (kind === 'png' && interlaced) return settings.maxInterlacedPngPixels;
  if (kind === 'jpeg' && interlaced) return settings.maxProgressiveJpegPixels;
  return settings.maxPixels;
}

/** Refuses, by its header and before it costs memory or time, an original that is over a limit of its kind. */
export function overLimit(header: Header, settings: RenderSettings): Failure | undefined {
  // An SVG's own size is no size in pixels; what it may be drawn with is bounded elsewhere.
  if (header.kind === 'svg') return undefined;
  const most = Math.min(maxPixelsOf(header, settings), settings.maxPixels);
  const side = Math.max(header.width, header.height);
  if (side > MAX_SIDE)
    return failure('TOO_LARGE', `The original is ${side} pixels long; up to ${MAX_SIDE} are allowed.`);
  const pixels = header.width * header.height;
  if (pixels > most) {
    return failure('TOO_LARGE', `The original has ${pixels} pixels; up to ${most} are allowed for one of its kind.`);
  }
  return undefined;
}
