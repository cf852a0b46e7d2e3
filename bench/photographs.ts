import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { makeSamples } from '../scripts/make-samples';

/** Real photographs, or generated samples. */
export interface Photographs {
  /** Named in the results. */
  source: string;
  /** Whether they come from the user, instead of the generated samples. */
  areGiven: boolean;
  /** JPEG files as they are. */
  files: { name: string; path: string; body: Buffer }[];
  /** A JPEG of this many megapixels in 3:2, made of tiles of the photographs. */
  ofMegapixels(megapixels: number, progressive?: boolean): Promise<Buffer>;
}

const SAMPLES = join(__dirname, '..', 'local', 'samples');

/** Width of a photograph in a layout. */
const TILE = 1_000;

/**
 * Reads the JPEG files of a folder; without one, the generated samples.
 * @throws Error if there are none
 */
export async function readPhotographs(folder: string | undefined): Promise<Photographs> {
  const from = folder ?? SAMPLES;
  if (folder === undefined) await makeSamples(SAMPLES);
  if (!existsSync(from)) throw new Error(`There is no folder ${from}.`);
  const files = readdirSync(from)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .map((name) => ({ name, path: join(from, name) }))
    .map((file) => ({ ...file, body: readFileSync(file.path) }));
  if (files.length === 0) throw new Error(`There are no JPEG files in ${from}; \`npm run samples\` makes some.`);
  return {
    source: folder === undefined ? 'generated samples' : `${files.length} photographs`,
    areGiven: folder !== undefined,
    files,
    ofMegapixels: (megapixels, progressive = false) => layOut(files, megapixels, progressive),
  };
}

async function layOut(files: Photographs['files'], megapixels: number, progressive: boolean): Promise<Buffer> {
  const width = Math.round(Math.sqrt(megapixels * 1e6 * 1.5));
  const height = Math.round(width / 1.5);
  const tiles = await Promise.all(
    files.map(({ body }) => sharp(body).autoOrient().resize(TILE, TILE).removeAlpha().toColourspace('srgb').toBuffer()),
  );
  const columns = Math.ceil(width / TILE);
  const places = Array.from({ length: columns * Math.ceil(height / TILE) }, (_, index) => ({
    input: tiles[index % tiles.length]!,
    left: (index % columns) * TILE,
    top: Math.floor(index / columns) * TILE,
  }));
  const canvas = { width: columns * TILE, height: Math.ceil(height / TILE) * TILE, channels: 3 as const };
  const whole = await sharp({ create: { ...canvas, background: 'white' } })
    .composite(places)
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp(whole).extract({ left: 0, top: 0, width, height }).jpeg({ quality: 88, progressive }).toBuffer();
}
