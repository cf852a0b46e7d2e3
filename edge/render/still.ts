import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { type Failure, failure } from '../failure';
import { encodingsOf } from './choose';
import { type Pixels, fitsPalette, isGraphic, isSmall, isTransparent } from './content';
import { encodeSmall, encodeSmallest } from './encode';
import { opaqueGround } from './ground';
import { resizeTo } from './geometry';
import { isRecoverable } from './jpeg';
import { operate } from './operations/apply';
import { INPUT, inputOf } from './source';
import { hasLongText } from './svg';
import type { Geometry, Header, RenderResult, EncodingInput, Task } from './types';

/** A picture, resized once to raw pixels which both decide its format and go into it. */
export async function renderStill(task: Task): Promise<RenderResult | Failure> {
  const { choice, settings } = task;
  const { quality, background, seconds } = settings;
  const { pixels: sized, note } = await stillPixels(task);
  const resized = await operate(sized, task.operations);
  const transparent = isTransparent(resized);
  const hasAlpha = resized.channels === 2 || resized.channels === 4;
  const pixels = hasAlpha && !transparent ? await opaque(resized) : resized;
  const { width, height } = pixels;
  const graphic = isGraphic(pixels);
  const input: EncodingInput = {
    quality,
    background: opaqueGround(background),
    seconds,
    pixels: width * height,
    animated: false,
    graphic,
    // It makes a PNG smaller, and a GIF has one anyway.
    palette: choice.formats.includes('png') && fitsPalette(pixels),
  };
  const encodings = encodingsOf(choice, { width, height, transparent, graphic }, seconds);
  const encode = isSmall(pixels) ? encodeSmall : encodeSmallest;
  const encoded = await encode(() => asSharp(pixels), encodings, input);
  if (!encoded) {
    return failure('TOO_LARGE', `${choice.formats[0]!} cannot hold ${width}x${height} pixels. Ask for another format.`);
  }
  return { ...encoded, width, height, frames: 1, ...(note && { note }) };
}

/**
 * Colours as they are to be resized. Grey has to get colour for padding to keep its own, unless a profile does so; and
 * 16 bits with a profile have to be 8 before, or they are converted to a wider space on the way and cut off there.
 */
const toSrgb = (image: Sharp, { profile, deep, grey }: Header): Sharp =>
  (profile ? deep : grey) ? image.pipelineColourspace('srgb') : image;

async function resize(source: Buffer, header: Header, geometry: Geometry, input: SharpOptions): Promise<Pixels> {
  const unlimited = header.kind === 'svg' && hasLongText(source);
  const image = sharp(source, { ...input, unlimited, ignoreIcc: header.srgbProfile });
  const upright = toSrgb(image, header).autoOrient();
  const { data, info } = await resizeTo(header.crop ? upright.extract(header.crop) : upright, geometry)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** The resized pixels of a still, or of the first frame. A JPEG that lacks only its last bytes is recovered, with a note. */
export async function stillPixels({
  original,
  source,
  header,
  geometry,
}: Pick<Task, 'original' | 'source' | 'header' | 'geometry'>): Promise<{ pixels: Pixels; note?: string }> {
  try {
    return { pixels: await resize(source, header, geometry, inputOf(header)) };
  } catch (error) {
    if (header.kind !== 'jpeg' || !(await isRecoverable(original, header))) throw error;
    const pixels = await resize(source, header, geometry, { ...INPUT, failOn: 'none' });
    return { pixels, note: 'recovered: the last bytes of the original are missing' };
  }
}

const asSharp = ({ data, width, height, channels }: Pixels) => sharp(data, { raw: { width, height, channels } });

/** Removes an alpha channel that is opaque everywhere. */
async function opaque(pixels: Pixels): Promise<Pixels> {
  const { data, info } = await asSharp(pixels).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { ...pixels, data, channels: info.channels };
}
