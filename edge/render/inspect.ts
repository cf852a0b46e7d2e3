import sharp, { type SharpOptions } from 'sharp';
import { type Failure, failure } from '../failure';

/** How originals are read. Limits are checked from the header, by kind, so sharp's own of pixels is off. */
export const INPUT: SharpOptions = { failOn: 'error', limitInputPixels: false };

/** What an original's header says of it, whatever its name is. */
export interface Header {
  kind: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff' | 'svg';
  /** Pixels of one frame, upright. */
  width: number;
  height: number;
  /** More than 1 for an animation. */
  pages: number;
  /** Progressive, interlaced: decoded as a whole, at the cost of memory. */
  interlaced: boolean;
  alpha: boolean;
}

const KINDS = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'svg']);
const ANIMATED = new Set(['webp', 'gif']);

const unsupported = (): Failure =>
  failure('UNSUPPORTED', 'The original is no image that is read here: JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG.');

/** Reads the header of an original. @returns `UNSUPPORTED` or `CORRUPT` for what cannot be read */
export async function inspect(original: Buffer): Promise<Header | Failure> {
  try {
    const read = await sharp(original, INPUT).metadata();
    const kind = read.format === 'heif' && read.compression === 'av1' ? 'avif' : (read.format as string);
    if (kind !== 'avif' && !KINDS.has(kind)) return unsupported();
    return {
      kind: kind as Header['kind'],
      width: read.autoOrient.width,
      height: read.autoOrient.height,
      pages: ANIMATED.has(kind) ? (read.pages ?? 1) : 1,
      interlaced: read.isProgressive ?? false,
      alpha: read.hasAlpha ?? false,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/unsupported image format|is empty/i.test(message)) return unsupported();
    return failure('CORRUPT', 'The original is damaged or incomplete.');
  }
}
