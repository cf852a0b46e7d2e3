import sharp, { type Sharp } from 'sharp';
import config from '../../resizer.config';
import { parseConfig } from '../../edge/config/schema';
import { isFailure } from '../../edge/failure';
import type { Target } from '../../edge/variant';
import { render } from '../../edge/render';
import { renderSettings } from '../../edge/config/settings';

/** A way to make a variant of a width. */
export interface Encoder {
  name: string;
  /** What it is made with where nobody says otherwise. */
  quality: number;
  /** Qualities that its curve is drawn through, ascending. */
  curve: number[];
  make: (original: Buffer, box: Box, quality: number) => Promise<Buffer>;
}

/** Pixels of the variant. */
export interface Box {
  width: number;
  height: number;
}

const SETTINGS = renderSettings(parseConfig(config));

async function renderTo(original: Buffer, width: number, target: Target, quality: number): Promise<Buffer> {
  const outcome = await render(original, { width, fit: 'inside', target, quality }, SETTINGS);
  if (isFailure(outcome)) throw new Error(outcome.message);
  return outcome.body;
}

const ours = (target: Target): Encoder => ({
  name: target,
  quality: SETTINGS.quality,
  curve: [60, 69, 76, 85, 92],
  make: (original, { width }, quality) => renderTo(original, width, target, quality),
});

type Writer = (image: Sharp, quality: number) => Sharp;

const withSharp = (name: string, quality: number, curve: number[], write: Writer): Encoder => ({
  name,
  quality,
  curve,
  make: (original, { width, height }, of) =>
    write(sharp(original).autoOrient().resize(width, height, { fit: 'fill' }), of).toBuffer(),
});

/** The pixels that all of them start from. */
export const reference = (original: Buffer, width: number): Promise<Buffer> => renderTo(original, width, 'png', 100);

/** sharp's defaults, which are those of ipx 3.1.1 too: it passes on a quality, where there is one, and nothing else. */
export const JPEG = withSharp('sharp jpeg', 80, [60, 74, 80, 90], (image, quality) => image.jpeg({ quality }));
export const WEBP = withSharp('sharp webp', 80, [60, 72, 80, 90], (image, quality) => image.webp({ quality }));
export const AVIF = withSharp('sharp avif', 50, [50, 60, 68], (image, quality) => image.avif({ quality }));

export const AUTO = ours('auto');
export const AUTO_WEBP = ours('auto.webp');
export const AUTO_AVIF = ours('auto.avif');
