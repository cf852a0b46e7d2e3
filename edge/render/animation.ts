import sharp, { type Sharp } from 'sharp';
import type { Format } from './choose';
import { canTryLossless } from './effort';
import { isGraphic } from './content';
import { encodeSmallest } from './encode';
import { type Geometry, looksAtPicture } from './geometry';
import { type Header, INPUT } from './inspect';
import type { Outcome, Task } from './task';
import { turnFrames } from './turn';

/** All frames are cropped alike, where the first frame asks for it: sharp looks at stills only. */
async function cropLikeFirst(frames: Sharp, source: Buffer, header: Header, { width, height, resize }: Geometry) {
  const first = await sharp(source, INPUT).resize(resize).raw().toBuffer({ resolveWithObject: true });
  const scale = Math.max(width / header.width, height / header.height);
  const outer = {
    width: Math.max(width, Math.round(header.width * scale)),
    height: Math.max(height, Math.round(header.height * scale)),
  };
  const left = Math.min(Math.abs(first.info.cropOffsetLeft ?? 0), outer.width - width);
  const top = Math.min(Math.abs(first.info.cropOffsetTop ?? 0), outer.height - height);
  return frames.resize({ ...outer, fit: 'fill' }).extract({ left, top, width, height });
}

async function isGraphicAnimation(source: Buffer, { width, height }: Geometry): Promise<boolean> {
  const first = sharp(source, INPUT).resize({ width, height, fit: 'fill' }).toColourspace('srgb');
  const { data, info } = await first.raw().toBuffer({ resolveWithObject: true });
  return isGraphic({ data, width, height, channels: info.channels });
}

/** An animation with all of its frames, their delays and the number of times that it plays. */
export async function renderAnimation(task: Task, format: Format): Promise<Outcome> {
  const { header, variant, geometry, look } = task;
  const source = header.orientation > 1 ? await turnFrames(task.source, header) : task.source;
  const { width, height } = geometry;
  const pixels = header.pages * width * height;
  const graphic = await isGraphicAnimation(source, geometry);
  const all = sharp(source, { ...INPUT, pages: -1, ignoreIcc: header.srgbProfile });
  const frames =
    variant.fit === 'cover' && looksAtPicture(variant.gravity)
      ? await cropLikeFirst(all, source, header, geometry)
      : all.resize(geometry.resize);
  const resized = frames.toColourspace('srgb');
  const encodings = [{ format, lossless: false }];
  if (format === 'webp' && graphic && canTryLossless(pixels, look.seconds)) encodings.push({ format, lossless: true });
  const subject = { ...look, pixels, animated: true, graphic, palette: false };
  const encoded = (await encodeSmallest(() => resized.clone(), encodings, subject))!;
  return { ...encoded, width, height, frames: encoded.info.pages ?? 1 };
}
