import sharp from 'sharp';
import { type Failure, isFailure } from '../failure';
import { scaled } from './geometry';
import { inspect } from './inspect';
import { INPUT } from './pixels';
import { drawnAt, hasLongText } from './svg';
import type { Original, RenderSettings } from './types';

/** A drawing as a PNG, for what can only be done to pixels. @param scale of its own size */
export async function rasterise(
  { header, focus }: Original,
  scale: number,
  settings: RenderSettings,
): Promise<Original | Failure> {
  const svg = await drawnAt(header.drawing!, scaled(header, scale), settings.maxPixels);
  const image = sharp(svg, { ...INPUT, unlimited: hasLongText(svg) });
  const png = await inspect(await image.png({ compressionLevel: 1 }).toBuffer(), settings);
  return isFailure(png) ? png : { ...png, focus };
}
