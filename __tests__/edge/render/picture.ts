import sharp, { type Sharp } from 'sharp';
import { parseConfig } from '../../../edge/config/schema';
import { type Failure, isFailure } from '../../../edge/failure';
import type { Point } from '../../../edge/focus';
import type { Variant } from '../../../edge/variant';
import { render } from '../../../edge/render';
import type { Rendered, RenderSettings } from '../../../edge/render/types';
import { renderSettings } from '../../../edge/config/settings';
import { type FixtureName, fixture } from './fixtures';

export const SETTINGS = renderSettings(parseConfig({}));

/** Renders a fixture or other bytes; what the variant does not say is `full` as lossless PNG. */
export async function tryRender(
  original: FixtureName | Buffer,
  variant: Partial<Variant> = {},
  settings: Partial<RenderSettings> = {},
  focus?: Point,
): Promise<Rendered | Failure> {
  const bytes = typeof original === 'string' ? await fixture(original) : original;
  return render(bytes, { fit: 'inside', target: 'png', ...variant }, { ...SETTINGS, ...settings }, focus);
}

export async function rendered(...of: Parameters<typeof tryRender>): Promise<Rendered> {
  const outcome = await tryRender(...of);
  if (isFailure(outcome)) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

/** Decoded pixels, 4 channels of 8 bits. */
export interface Picture {
  data: Buffer;
  width: number;
  height: number;
}

export async function pictureOf(image: Buffer | Sharp): Promise<Picture> {
  const { data, info } = await (Buffer.isBuffer(image) ? sharp(image) : image)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Mean difference of two pictures, over all channels, of 255. Pictures of other sizes are no match at all. */
export function difference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return 255;
  const [one, other] = [a.data, b.data];
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs(one[at]! - other[at]!);
  return sum / one.length;
}

/** Red, green, blue and alpha at a place. */
export function colourAt({ data, width }: Picture, x: number, y: number): number[] {
  const at = (y * width + x) * 4;
  return [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!];
}
