import sharp from 'sharp';
import { type RgbPixels, scorerAgainst } from './ssimulacra2';

/** The scale of scores, as the results name it. */
export const SCALE = 'SSIMULACRA 2.1 (100 is equal, 75 hard to tell apart)';

/** Backbackgrounds for comparing pictures with transparency; the worse score counts, as in libjxl's tool. */
const BACKGROUNDS = ['#1a1a1a', '#e6e6e6'];

async function pixelsOn(picture: Buffer, background: string): Promise<RgbPixels> {
  const { data, info } = await sharp(picture)
    .toColourspace('srgb')
    .flatten({ background })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * Prepares an encoded picture to be compared with others.
 *
 * @returns the score of an encoded picture of equal width and height
 */
export async function scoreAgainst(reference: Buffer): Promise<(picture: Buffer) => Promise<number>> {
  const { hasAlpha } = await sharp(reference).metadata();
  const backgrounds = hasAlpha ? BACKGROUNDS : BACKGROUNDS.slice(0, 1);
  const scorers = await Promise.all(
    backgrounds.map(async (background) => scorerAgainst(await pixelsOn(reference, background))),
  );
  return async (picture) => {
    const pictures = await Promise.all(backgrounds.map((background) => pixelsOn(picture, background)));
    return Math.min(...pictures.map((pixels, index) => scorers[index]!(pixels)));
  };
}
