import sharp, { type ResizeOptions, type Sharp } from 'sharp';
import { type Failure, isFailure } from '../failure';
import type { Format } from '../variant';
import { animatedFormatOf, animationEncodings } from './choose';
import { isGraphic } from './content';
import { encodeSmallest, encoderSettings } from './encode';
import { animationCost, holdsAnimation } from './encoders';
import { coveringSize, cropAt, isContentAware, resize } from './geometry';
import { operateFrames } from './operations/apply';
import { canOperate, outputSize } from './operations/plan';
import { passOnAnimation } from './pass-on';
import { INPUT, asAnimation, inputOf, pixelsOf } from './pixels';
import { animationReason } from './format-reason';
import { renderStill } from './still';
import type { Geometry, Header, Rendered, Task } from './types';

/** Renders all frames of an animation. Where that is impossible: the original as it is, or else its first frame. */
export async function renderAnimation(task: Task): Promise<Rendered | Failure> {
  const format = animatedFormatOf(task.choice);
  const obstacle = obstacleTo(task, format);
  if (!obstacle) return renderFrames(task, format!);
  const original = await passOnAnimation(task, obstacle);
  if (original) return original;
  const first = await renderStill(task);
  const note = `first frame: ${obstacle}`;
  return isFailure(first) ? first : { ...first, note, viewerNote: note };
}

/** Why not all frames of an animation are rendered, in one line: mostly a limit. */
function obstacleTo({ header, geometry, settings, operations }: Task, format: Format | undefined): string | undefined {
  const { kind, pages, width, height } = header;
  if (pages === 1) return `frames of ${kind === 'png' ? 'an animated PNG' : 'an animated AVIF'} are not read`;
  if (!format) return 'the format has no animation';
  if (animationCost(pages, header) > settings.maxAnimationPixels) {
    return `${pages} frames of ${width}x${height} are over the limit`;
  }
  if (operations) {
    const output = outputSize(geometry, operations);
    if (!canOperate(pages * (output.width * output.height + OPERATED_FRAME_PIXELS), settings.seconds)) {
      return `${pages} frames of ${output.width}x${output.height} are too many pixels for the operations of the preset`;
    }
  }
  if (!holdsAnimation(format, animationCost(pages, geometry), settings.seconds)) {
    return `${pages} frames of ${geometry.width}x${geometry.height} are too many pixels for ${format} in time`;
  }
  return undefined;
}

/** The cost of operations on a frame beside that of its pixels, in pixels: some milliseconds. */
const OPERATED_FRAME_PIXELS = 15_000;

/** An animation with all of its frames, their delays and the number of times that it plays. */
async function renderFrames(task: Task, format: Format): Promise<Rendered> {
  const { header, settings, operations, choice } = task;
  const source = header.orientation > 1 ? await turnFrames(task.source, header) : task.source;
  const animation = sharp(source, { ...inputOf(header), pages: header.pages, ignoreIcc: header.srgbProfile });
  const geometry = await geometryOfFrames(task, source);
  const frames = resize(animation.clone(), header, geometry);
  const operated = operations && (await operateFrames(frames, header.pages, await animation.metadata(), operations));
  const { width, height } = operated ?? geometry;
  const first = operated?.first ?? (await pixelsOf(firstFrame(source, header, { width, height, fit: 'fill' })));
  const pixels = header.pages * width * height;
  const graphic = isGraphic(first);
  const encodings = animationEncodings(format, graphic, pixels, settings.seconds);
  const input = { ...encoderSettings(settings), pixels, animated: true, graphic, palette: false };
  const encoded = (await encodeSmallest(operated?.image ?? (() => frames.clone()), encodings, input))!;
  const reason = animationReason(encoded, encodings, choice);
  return { body: encoded.data, contentType: `image/${format}`, width, height, frames: encoded.frames, reason };
}

const firstFrame = (source: Buffer, header: Header, to: ResizeOptions): Sharp =>
  resize(sharp(source, inputOf(header)), header, { resize: to });

/** All frames are cropped like the first one: sharp's content-aware gravities take stills only. */
async function geometryOfFrames({ header, variant, geometry }: Task, source: Buffer): Promise<Geometry> {
  if (variant.fit !== 'cover' || !isContentAware(variant.gravity)) return geometry;
  const first = firstFrame(source, header, geometry.resize);
  const { cropOffsetLeft = 0, cropOffsetTop = 0 } = (await first.raw().toBuffer({ resolveWithObject: true })).info;
  return cropAt(-cropOffsetLeft, -cropOffsetTop, coveringSize(header, geometry), geometry);
}

/** EXIF orientations in which the first stored column, or row, is that at the far end. */
const FROM_RIGHT = new Set([2, 3, 6, 7]);
const FROM_BOTTOM = new Set([3, 4, 7, 8]);

/** An animation whose frames are upright: sharp turns stills only. */
async function turnFrames(original: Buffer, header: Header): Promise<Buffer> {
  const { stored, pages, orientation, srgbProfile } = header;
  const isTransposed = orientation > 4;
  // The sides of the header are those of a crop.
  const width = isTransposed ? stored.height : stored.width;
  const height = isTransposed ? stored.width : stored.height;
  const image = sharp(original, { ...INPUT, pages: -1, ignoreIcc: srgbProfile });
  const { data, channels } = await pixelsOf(image.clone().ensureAlpha());
  const from = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
  const to = new Uint32Array(from.length);
  const across = FROM_RIGHT.has(orientation) ? -1 : 1;
  const down = FROM_BOTTOM.has(orientation) ? -width : width;
  const [nextColumn, nextRow] = isTransposed ? [down, across] : [across, down];
  const start = (across < 0 ? width - 1 : 0) + (down < 0 ? width * (height - 1) : 0);
  for (let page = 0, at = 0; page < pages; page++) {
    for (let row = 0; row < stored.height; row++) {
      let place = page * width * height + start + row * nextRow;
      for (let column = 0; column < stored.width; column++, place += nextColumn) to[place] = from[at++]!;
    }
  }
  const turned = { data: Buffer.from(to.buffer), width, height: height * pages, channels };
  return asAnimation(turned, height, await image.metadata())
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
}
