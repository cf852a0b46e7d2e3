import sharp from 'sharp';
import { type Failure, failure } from '../failure';
import type { Variant } from '../grammar';

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

/**
 * Renders one variant of an original.
 * @returns the variant, or why it cannot be made (`UNSUPPORTED`, `CORRUPT`, `TOO_LARGE`); never rejects
 */
export async function render(
  original: Buffer,
  variant: Variant,
  settings: RenderSettings,
): Promise<Rendered | Failure> {
  try {
    const { data, info } = await sharp(original)
      .autoOrient()
      .resize({ width: variant.width ?? settings.full, withoutEnlargement: true })
      .webp()
      .toBuffer({ resolveWithObject: true });
    return { body: data, contentType: 'image/webp', width: info.width, height: info.height, frames: 1 };
  } catch {
    return failure('UNSUPPORTED', 'The original is not an image that can be read.');
  }
}
