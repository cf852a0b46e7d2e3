/** Why an original gets a 415: for its kind, for damage or for a limit. `svg/` refuses what is no valid SVG. */
import { type Failure, failure, tooCostly } from '../failure';
import type { Header, RenderSettings } from './types';

export const unsupported = (): Failure =>
  failure('UNSUPPORTED', 'The original is no image that is read here: JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG.');

export const heicIsOff = (): Failure =>
  failure('UNSUPPORTED', 'The original is a HEIC, which is read only where the config has `heic: true`.');

/** @param name of the transfer function */
export const hdrRefusal = (name: string): Failure =>
  failure('UNSUPPORTED', `The original has the high dynamic range of ${name}, which is not converted here.`);

export const corrupt = (): Failure => failure('CORRUPT', 'The original is damaged or incomplete.');

/** Messages of sharp and its libraries when they are out of memory. Cairo's does not mention memory. */
const OUT_OF_MEMORY = /memory|allocation failed|creating thread|rendering error/i;

/** The refusal for an error of sharp: the cost of the original if memory ran out, else `otherwise`. */
export const refusalFor = (error: unknown, otherwise: Failure): Failure =>
  OUT_OF_MEMORY.test(String(error)) ? tooCostly('memory') : otherwise;

/** Longest side of an original in pixels, as in JPEG. A long strip costs more than its area. */
const MAX_SIDE = 65_535;

/** Most pixels of an original of this kind: fewer if its decoder keeps all of them in memory. */
function maxPixelsOf({ kind, interlaced }: Header, settings: RenderSettings): number {
  if (kind === 'avif') return settings.maxAvifPixels;
  if (kind === 'png' && interlaced) return settings.maxInterlacedPngPixels;
  if (kind === 'jpeg' && interlaced) return settings.maxProgressiveJpegPixels;
  return settings.maxPixels;
}

/** Refuses an original over a limit of its kind, by its header: before it costs memory or time. */
export function overLimit(header: Header, settings: RenderSettings): Failure | undefined {
  // The size of an SVG is not in pixels; `maxScale` bounds what it is drawn with.
  if (header.kind === 'svg') return undefined;
  const most = Math.min(maxPixelsOf(header, settings), settings.maxPixels);
  const side = Math.max(header.width, header.height);
  if (side > MAX_SIDE)
    return failure('TOO_LARGE', `The original is ${side} pixels long; up to ${MAX_SIDE} are allowed.`);
  return tooManyPixels(header.width * header.height, most);
}

/** Refuses an original of more pixels than one of its kind may have. */
export function tooManyPixels(pixels: number, most: number): Failure | undefined {
  if (pixels <= most) return undefined;
  return failure(
    'TOO_LARGE',
    `The original has ${Math.ceil(pixels)} pixels; up to ${most} are allowed for one of its kind.`,
  );
}
