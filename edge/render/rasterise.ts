import sharp from 'sharp';
import type { Failure } from '../failure';
import { scaled } from './geometry';
import { inspect } from './inspect';
import { INPUT } from './source';
import { drawnAt, hasLongText } from './svg';
import type { Header, Original, RenderSettings } from './types';

/** A drawing as a PNG, for what can only be done to pixels. @param scale of its own size */
export async function rasterise(header: Header, scale: number, settings: RenderSettings): Promise<Original | Failure> {
  const { width, height, drawing } = header;
  const size = scaled({ width, height }, scale);
  const svg = await drawnAt(drawing!, size, settings.maxPixels);
  const file = await sharp(svg, { ...INPUT, unlimited: hasLongText(svg) })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return inspect(file, 'png', settings);
}
