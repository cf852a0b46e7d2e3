import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { encode } from '../../edge/render/encoders';
import { type Detail, detailOf } from '../../edge/render/perceptual/detail';
import type { Pixels } from '../../edge/render/pixels';
import type { Picture } from '../pictures';
import type { Scored } from '../bytes/curve';
import { type RgbPixels, scorerAgainst } from '../bytes/ssimulacra2';

export const FORMATS = ['jpeg', 'webp', 'avif'] as const;

export type LossyFormat = (typeof FORMATS)[number];

/** Measurements of a photograph at one width, by rising quality on mozjpeg's scale. */
export interface Sample {
  name: string;
  width: number;
  detail: Detail;
  points: Record<LossyFormat, Scored[]>;
}

const QUALITIES = [95, 88, 80, 72, 62, 50, 35];

/** No target is this low, so lower qualities are not measured. */
const LOW_SCORE = 58;

async function resized({ path }: Picture, width: number): Promise<RgbPixels | undefined> {
  const image = sharp(path, { limitInputPixels: false });
  if ((await image.metadata()).autoOrient.width < width) return undefined;
  return rgb(image.autoOrient().resize(width).flatten({ background: 'white' }));
}

async function rgb(image: Sharp): Promise<RgbPixels> {
  const { data, info } = await image
    .pipelineColourspace('srgb')
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function curveOf(format: LossyFormat, { data, width, height }: RgbPixels): Promise<Scored[]> {
  const score = scorerAgainst({ data, width, height });
  const common = { background: 'white', seconds: 25, animated: false, graphic: false, palette: false };
  const points: Scored[] = [];
  for (const quality of QUALITIES) {
    const image = sharp(data, { raw: { width, height, channels: 3 } });
    const input = { ...common, quality, pixels: width * height };
    const { data: body } = await encode(image, { format, lossless: false }, input);
    points.unshift({ quality, score: score(await rgb(sharp(body))) });
    if (points[0]!.score < LOW_SCORE) break;
  }
  return points;
}

/** One line of the file of points. */
type Line = Pick<Sample, 'name' | 'width' | 'points'>;

/** Measures photographs, unless a file has the measurements already. New ones are added to the file. */
export async function measure(
  photographs: Picture[],
  widths: readonly number[],
  file: string,
  log: (line: string) => void,
): Promise<Sample[]> {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const known = lines.map((line) => JSON.parse(line) as Line);
  const samples: Sample[] = [];
  for (const width of widths) {
    for (const [index, picture] of photographs.entries()) {
      log(`${width} pixels: photograph ${index + 1} of ${photographs.length}`);
      const pixels = await resized(picture, width);
      if (!pixels) continue;
      const { name } = picture;
      let line = known.find((each) => each.name === name && each.width === width);
      if (!line) {
        const [jpeg, webp, avif] = [
          await curveOf('jpeg', pixels),
          await curveOf('webp', pixels),
          await curveOf('avif', pixels),
        ];
        line = { name, width, points: { jpeg, webp, avif } };
        appendFileSync(file, `${JSON.stringify(line)}\n`);
      }
      samples.push({ ...line, detail: detailOf({ ...pixels, channels: 3 } as Pixels)! });
    }
  }
  return samples;
}
