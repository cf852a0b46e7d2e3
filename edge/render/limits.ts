import { type Failure, failure } from '../failure';
import type { RenderSettings } from '.';
import type { Header } from './inspect';

/** Longest side of an original, in pixels; JPEG has no longer one. A strip of millions costs more than its pixels. */
const MAX_SIDE = 65_535;

/** Pixels that an original of this kind may have: fewer where its decoder needs the memory for all of them at once. */
function maxPixels({ kind, interlaced }: Header, settings: RenderSettings): number {
  if (kind === 'avif') return settings.maxAvifPixels;
  if (kind === 'png' && interlaced) return settings.maxInterlacedPngPixels;
  if (kind === 'jpeg' && interlaced) return settings.maxProgressiveJpegPixels;
  return settings.maxPixels;
}

/** Refuses, by its header and before it costs memory or time, an original that is over a limit of its kind. */
export function overLimit(header: Header, settings: RenderSettings): Failure | undefined {
  // An SVG's own size is no size in pixels; what it may be drawn with is bounded elsewhere.
  if (header.kind === 'svg') return undefined;
  const most = Math.min(maxPixels(header, settings), settings.maxPixels);
  const side = Math.max(header.width, header.height);
  if (side > MAX_SIDE)
    return failure('TOO_LARGE', `The original is ${side} pixels long; up to ${MAX_SIDE} are allowed.`);
  const pixels = header.width * header.height;
  if (pixels > most) {
    return failure('TOO_LARGE', `The original has ${pixels} pixels; up to ${most} are allowed for one of its kind.`);
  }
  return undefined;
}
