import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { type Failure, failure } from '../failure';
import { encodingsOf } from './choose';
import { P3_COLORANTS, isSpace } from './colour';
import { type Pixels, fitsPalette, isGraphic, isSmall, isSoft, isTransparent } from './content';
import { encodeSmall, encodeSmallest } from './encode';
import { opaqueGround } from './ground';
import { extracted, resizeTo } from './geometry';
import { isRecoverable } from './jpeg';
import { withoutLarger } from './lossless';
import { operate } from './operations/apply';
import { stillReason } from './reason';
import { INPUT, inputOf } from './source';
import { detailOf } from './perceptual/detail';
import { hasLongText } from './svg';
import type { Header, RenderResult, EncodingInput, Task } from './types';
import { backgroundInP3, inDisplayP3 } from './wide-gamut';

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
  const small = isSmall(pixels);
  const content = { width, height, transparent, soft: isSoft(pixels), graphic };
  const possible = encodingsOf(choice, content, seconds);
  const encodings = small ? possible : withoutLarger(possible, pixels, quality);
  // Small pictures are tried until their loss is not seen.
  const hasOwnQuality = settings.perceptual && !graphic && !small;
  const input: EncodingInput = {
    quality,
    detail: hasOwnQuality ? detailOf(pixels) : undefined,
    background: opaqueGround(background),
    seconds,
    pixels: width * height,
    animated: false,
    graphic,
    // It makes a PNG smaller, and a GIF has one anyway.
    palette: encodings.some(({ format }) => format === 'png') && fitsPalette(pixels),
  };
  const image = task.isWide ? () => inDisplayP3(pixels) : () => asSharp(pixels);
  const encoded = small
    ? await encodeSmall(image, encodings, input, task.original.length)
    : await encodeSmallest(image, encodings, input);
  if (!encoded) {
    return failure('TOO_LARGE', `${choice.formats[0]!} cannot hold ${width}x${height} pixels. Ask for another format.`);
  }
  const reason = stillReason(encoded, { possible, tried: encodings }, choice, content, seconds);
  return { ...encoded, width, height, frames: 1, ...(note && { note }), ...(reason && { reason }) };
}

/**
 * Colours as they are to be resized. Grey has to get colour for padding to keep its own, unless a profile does so; and
 * 16 bits with a profile have to be 8 before, or they are converted to a wider space on the way and cut off there.
 */
const toSrgb = (image: Sharp, { profile, deep, grey }: Header): Sharp =>
  (profile ? deep : grey) ? image.pipelineColourspace('srgb') : image;

/** Of 8 bits, in 16: their lower half is cut off. */
const HALF_LEVEL = 128;

/** The image in the colour space that it is to come out in. */
function convert(source: Buffer, { header, isWide }: Resizing, options: SharpOptions): Sharp {
  const isP3 = isWide && isSpace(header.profile!.icc, P3_COLORANTS);
  const image = sharp(source, { ...options, ignoreIcc: header.srgbProfile || isP3 });
  if (isP3) return image;
  // With 16 bits the conversion is to Display P3 in place of sRGB.
  return isWide ? image.pipelineColourspace('rgb16').linear(1, HALF_LEVEL) : toSrgb(image, header);
}

async function resize(task: Resizing, input: SharpOptions): Promise<Pixels> {
  const { source, header, geometry, isWide, settings } = task;
  const unlimited = header.kind === 'svg' && hasLongText(source);
  const upright = convert(source, task, { ...input, unlimited }).autoOrient();
  const ground = isWide && { background: backgroundInP3(settings.background) };
  const to = { ...geometry, resize: { ...geometry.resize, ...ground } };
  const { data, info } = await resizeTo(extracted(upright, header), to)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** What the pixels of a still depend on. */
type Resizing = Pick<Task, 'original' | 'source' | 'header' | 'geometry' | 'isWide' | 'settings'>;

/** The resized pixels of a still, or of the first frame. A JPEG that lacks only its last bytes is recovered, with a note. */
export async function stillPixels(task: Resizing): Promise<{ pixels: Pixels; note?: string }> {
  const { original, header } = task;
  try {
    return { pixels: await resize(task, inputOf(header)) };
  } catch (error) {
    if (header.kind !== 'jpeg' || !(await isRecoverable(original, header))) throw error;
    const pixels = await resize(task, { ...INPUT, failOn: 'none' });
    return { pixels, note: 'recovered: the last bytes of the original are missing' };
  }
}

/** Raw pixels for sharp. */
export const asSharp = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels } });

/** Removes an alpha channel that is opaque everywhere. */
async function opaque(pixels: Pixels): Promise<Pixels> {
  const { data, info } = await asSharp(pixels).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { ...pixels, data, channels: info.channels };
}
