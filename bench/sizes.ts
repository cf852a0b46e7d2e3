import sharp from 'sharp';
import { parseConfig } from '../edge/config/schema';
import { renderSettings, viewerRequestSettings } from '../edge/config/settings';
import { isFailure } from '../edge/failure';
import { render } from '../edge/render';
import { printSize } from '../edge/size';
import type { Target, Variant } from '../edge/variant';
import { sizesOf } from '../scripts/warm/sizes';
import type { Bench } from './bench';
import type { Photographs } from './photographs';

/** Smaller photographs could not fill some of the sizes. */
const MIN_PIXELS = 6e6;

const CLASSES: Target[] = ['auto.avif', 'auto.webp'];

const CONFIG = parseConfig({});
const SETTINGS = renderSettings(CONFIG);

async function largeOnes({ files }: Photographs): Promise<Buffer[]> {
  const large: Buffer[] = [];
  for (const { body } of files) {
    const { width, height } = await sharp(body).metadata();
    if (width * height >= MIN_PIXELS) large.push(body);
  }
  return large;
}

async function bytesOf(photo: Buffer, variant: Variant): Promise<number> {
  const outcome = await render(photo, variant, SETTINGS);
  if (isFailure(outcome)) throw new Error(outcome.message);
  return outcome.body.length;
}

/** A variant for each size that the default config names. */
function variants(): Map<string, Variant> {
  const bySize = new Map<string, Variant>();
  for (const variant of sizesOf(viewerRequestSettings(CONFIG), 'all')) {
    // The first variant of a size has the default gravity.
    if (!bySize.has(printSize(variant))) bySize.set(printSize(variant), variant);
  }
  return bySize;
}

async function meanBytes(photos: Buffer[], variant: Variant): Promise<number> {
  let sum = 0;
  for (const photo of photos) sum += await bytesOf(photo, variant);
  return sum / photos.length;
}

export const sizes: Bench = {
  about: 'Bytes of each default size in the two usual classes of browsers; `npm run cost` reckons with them.',
  async run({ photographs, log }) {
    const photos = await largeOnes(photographs);
    if (photos.length === 0) throw new Error(`None of the photographs has ${MIN_PIXELS / 1e6} megapixels.`);
    const rows: string[][] = [];
    for (const [size, variant] of variants()) {
      log(size);
      const bytes: number[] = [];
      for (const target of CLASSES) bytes.push(await meanBytes(photos, { ...variant, target }));
      rows.push([size, ...bytes.map((each) => (each / 1_000).toFixed(1))]);
    }
    return [
      {
        title: `Bytes of a variant, mean over ${photos.length} photographs of ${MIN_PIXELS / 1e6} MP and more`,
        head: ['size', ...CLASSES.map((target) => `${target}, kB`)],
        rows,
      },
    ];
  },
};
