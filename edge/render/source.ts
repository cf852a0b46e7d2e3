import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { P3_COLORANTS, isSpace } from './colour/icc';
import { withReadableColours } from './colour/original';
import { drawnSize } from './geometry';
import { withClearCanvas } from './gif/canvas';
import { readable } from './sniff';
import { drawnAt, hasLongText } from './svg';
import type { Geometry, Header, RenderSettings, Task } from './types';

/** The bytes that the decoder gets: the original, or a copy that it reads as browsers read the original. */
export async function sourceOf(
  original: Buffer,
  header: Header,
  geometry: Geometry,
  { maxPixels }: RenderSettings,
): Promise<Buffer> {
  const { kind, drawing } = header;
  if (drawing) return drawnAt(drawing, drawnSize(header, geometry, drawing.isFitted), maxPixels);
  const bytes = readable(original);
  return kind === 'gif' ? withClearCanvas(bytes) : withReadableColours(bytes, header);
}

/** Half of an 8-bit level in 16 bits, whose lower byte is cut off later. */
const HALF_LEVEL = 128;

/** Opens the source for sharp, to be decoded in the colour space of the variant. */
export function openSource(
  { source, header, isWide }: Pick<Task, 'source' | 'header' | 'isWide'>,
  input: SharpOptions,
): Sharp {
  const { kind, profile, srgbProfile, deep, grey } = header;
  const isP3 = isWide && isSpace(profile!.icc, P3_COLORANTS);
  const unlimited = kind === 'svg' && hasLongText(source);
  const image = sharp(source, { ...input, unlimited, ignoreIcc: srgbProfile || isP3 });
  if (isP3) return image;
  // With 16 bits the conversion is to Display P3, not to sRGB.
  if (isWide) return image.pipelineColourspace('rgb16').linear(1, HALF_LEVEL);
  // Grey gets colour before padding, which would lose its own. 16 bits with a profile become 8 first, or they would be
  // converted to a wider space on the way and cut off there.
  return (profile ? deep : grey) ? image.pipelineColourspace('srgb') : image;
}
