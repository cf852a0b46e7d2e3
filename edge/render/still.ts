import type { SharpOptions } from 'sharp';
import { type Failure, failure } from '../failure';
import { encodingsOf } from './choose';
import { backgroundInP3, inDisplayP3 } from './colour/wide-gamut';
import { contentOf, fitsPalette, isTransparent } from './content';
import { encodeSmall, encodeSmallest, encoderSettings } from './encode';
import { resize } from './geometry';
import { isRecoverable } from './jpeg';
import { likelySmaller } from './lossless';
import { operate } from './operations/apply';
import { detailOf } from './perceptual/detail';
import { INPUT, type Pixels, asSharp, hasAlpha, inputOf, pixelsOf } from './pixels';
import { stillReason } from './format-reason';
import { openSource } from './source';
import type { EncodingInput, Rendered, Task } from './types';

/** A picture, resized once to raw pixels which both decide its format and go into it. */
export async function renderStill(task: Task): Promise<Rendered | Failure> {
  const { choice, settings } = task;
  const { quality, seconds, perceptual } = settings;
  const { pixels: sized, note } = await stillPixels(task);
  const pixels = await withoutOpaqueAlpha(await operate(sized, task.operations));
  const { width, height } = pixels;
  const content = contentOf(pixels);
  const { graphic, small } = content;
  const possible = encodingsOf(choice, content, seconds);
  const encodings = small ? possible : likelySmaller(possible, pixels, quality);
  const input: EncodingInput = {
    ...encoderSettings(settings),
    pixels: width * height,
    animated: false,
    graphic,
    // A small picture is encoded again until nobody sees the loss.
    detail: perceptual && !graphic && !small ? detailOf(pixels) : undefined,
    // A palette makes a PNG smaller, and a GIF has one anyway.
    palette: encodings.some(({ format }) => format === 'png') && fitsPalette(pixels),
  };
  const image = task.isWide ? () => inDisplayP3(pixels) : () => asSharp(pixels);
  const encoded = small
    ? await encodeSmall(image, encodings, input, task.original.length)
    : await encodeSmallest(image, encodings, input);
  if (!encoded) {
    return failure('TOO_LARGE', `${choice.formats[0]!} cannot hold ${width}x${height} pixels. Ask for another format.`);
  }
  const { data, format, frames } = encoded;
  const reason = stillReason(encoded, { possible, tried: encodings }, choice, content, seconds);
  return { body: data, contentType: `image/${format}`, width, height, frames, reason, note };
}

/** What the pixels of a still depend on. */
type Resizing = Pick<Task, 'original' | 'source' | 'header' | 'geometry' | 'isWide' | 'settings'>;

/** The resized pixels of a still or a first frame. A JPEG that lacks only its last bytes is recovered, with a note. */
export async function stillPixels(task: Resizing): Promise<{ pixels: Pixels; note?: string }> {
  const { original, header } = task;
  try {
    return { pixels: await resizeStill(task, inputOf(header)) };
  } catch (error) {
    if (header.kind !== 'jpeg' || !(await isRecoverable(original, header))) throw error;
    const pixels = await resizeStill(task, { ...INPUT, failOn: 'none' });
    return { pixels, note: 'recovered: the last bytes of the original are missing' };
  }
}

function resizeStill(task: Resizing, input: SharpOptions): Promise<Pixels> {
  const { header, geometry, isWide, settings } = task;
  const ground = isWide && { background: backgroundInP3(settings.background) };
  const to = { ...geometry, resize: { ...geometry.resize, ...ground } };
  return pixelsOf(resize(openSource(task, input).autoOrient(), header, to));
}

const withoutOpaqueAlpha = async (pixels: Pixels): Promise<Pixels> =>
  hasAlpha(pixels) && !isTransparent(pixels) ? pixelsOf(asSharp(pixels).removeAlpha()) : pixels;
