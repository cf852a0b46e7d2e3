/**
 * A process that makes one variant and prints its memory: its argument is a `Job`, its output a `Peak`, both as JSON.
 */
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { isFailure } from '../../edge/failure';
import type { Target, Variant } from '../../edge/variant';
import { render } from '../../edge/render';
import type { RenderSettings } from '../../edge/render/types';
import { ENCODERS } from '../../edge/render/encoders';
import { peakMegabytes } from './high-water';

export interface Job {
  /** Path of the original. */
  original: string;
  variant: Variant;
  settings: RenderSettings;
  /** The same variant with sharp alone. */
  bare: boolean;
}

export interface Peak {
  /** The result: a content type, or the code of a refusal. */
  answer: string;
  /** Memory of the process before the original is read, and its peak, in megabytes. */
  before: number;
  peak: number;
}

const WRITERS: Partial<Record<Target, (image: Sharp, pixels: number) => Sharp>> = {
  jpeg: (image) => image.jpeg({ quality: 76, mozjpeg: true }),
  webp: (image) => image.webp({ quality: 79, effort: 4 }),
  avif: (image, pixels) => {
    const look = { animated: false, graphic: false, palette: false, quality: 76, background: 'white', seconds: 25 };
    return image.avif(ENCODERS.avif.options({ ...look, pixels }, false));
  },
};

async function renderBare(original: Buffer, { width, target }: Variant, full: number): Promise<string> {
  const box = width ?? full;
  const image = sharp(original, { limitInputPixels: false })
    .autoOrient()
    .resize(box, width ? undefined : box, { fit: 'inside', withoutEnlargement: true });
  await WRITERS[target]!(image, (box * box * 2) / 3).toBuffer();
  return `image/${target}`;
}

async function main({ original, variant, settings, bare }: Job): Promise<void> {
  sharp.cache(false);
  sharp.concurrency(1);
  const before = peakMegabytes();
  const bytes = readFileSync(original);
  const outcome = bare
    ? { contentType: await renderBare(bytes, variant, settings.full) }
    : await render(bytes, variant, settings);
  const answer = isFailure(outcome) ? outcome.code : outcome.contentType;
  process.stdout.write(JSON.stringify({ answer, before, peak: peakMegabytes() } satisfies Peak));
}

void main(JSON.parse(process.argv[2]!) as Job);
