import sharp, { type Sharp } from 'sharp';
import { type Failure, isFailure } from '../failure';
import type { Format } from '../variant';
import { animatedFormatOf } from './choose';
import { passOnAnimation } from './pass-on';
import { isGraphic } from './content';
import { encodeSmallest } from './encode';
import { animationCost, canTryLossless, capabilitiesOf, holdsAnimation } from './encoders';
import { coveringSize, extracted, isContentAware, resizeTo } from './geometry';
import { opaqueGround } from './ground';
import { operateFrames } from './operations/apply';
import { maxOperatedPixels, outputSize } from './operations/plan';
import { animationReason } from './reason';
import { INPUT, inputOf } from './source';
import { renderStill } from './still';
import type { Encoding, Geometry, Header, RenderResult, Task } from './types';

/** Renders all frames of an animation. If that is impossible: the original as it is, or else its first frame. */
export async function renderAnimation(task: Task): Promise<RenderResult | Failure> {
  const format = animatedFormatOf(task.choice);
  const why = reasonForStill(task, format);
  if (!why) return renderFrames(task, format!);
  const original = await passOnAnimation(task, why);
  if (original) return original;
  const first = await renderStill(task);
  const note = `first frame: ${why}`;
  return isFailure(first) ? first : { ...first, note, viewerNote: note };
}

/**
 * Why an animation does not move, or is not rendered, in one line; undefined if it is rendered with all of its frames.
 * @param format the format for the animation that the target or the class of viewers has
 */
function reasonForStill(
  { header: { kind, pages, width, height }, geometry: to, settings, operations }: Task,
  format: Format | undefined,
): string | undefined {
  if (pages === 1) return `frames of ${kind === 'png' ? 'an animated PNG' : 'an animated AVIF'} are not read`;
  if (!format) return 'the format has no animation';
  if (animationCost(pages, width, height) > settings.maxAnimationPixels) {
    return `${pages} frames of ${width}x${height} are over the limit`;
  }
  const output = operations ? outputSize(to, operations) : to;
  if (operations && pages * (output.width * output.height + OPERATED_FRAME_PIXELS) > maxOperatedPixels(settings)) {
    return `${pages} frames of ${output.width}x${output.height} are too many pixels for the operations of the preset`;
  }
  if (!holdsAnimation(format, animationCost(pages, to.width, to.height), settings.seconds)) {
    return `${pages} frames of ${to.width}x${to.height} are too many pixels for ${format} in time`;
  }
  return undefined;
}

/** What the operations on each frame cost beside its pixels, in pixels: some milliseconds. */
const OPERATED_FRAME_PIXELS = 15_000;

/** An animation with all of its frames, their delays and the number of times that it plays. */
async function renderFrames(task: Task, format: Format): Promise<RenderResult> {
  const { header, variant, geometry, settings } = task;
  const { quality, background, seconds } = settings;
  const source = header.orientation > 1 ? await turnFrames(task.source, header) : task.source;
  const input = { ...inputOf(header), pages: header.pages, ignoreIcc: header.srgbProfile };
  const all = extracted(sharp(source, input), header);
  const frames =
    variant.fit === 'cover' && isContentAware(variant.gravity)
      ? await cropLikeFirst(all, source, header, geometry)
      : resizeTo(all, geometry);
  const resized = frames.toColourspace('srgb');
  const operated = task.operations && (await operateFrames(resized, sharp(source, input), task.operations));
  const { width, height } = operated ?? geometry;
  const pixels = header.pages * width * height;
  const graphic = operated ? isGraphic(operated.first) : await isGraphicAnimation(source, header, geometry);
  const encodings: Encoding[] = [{ format, lossless: false }];
  if (capabilitiesOf(format).lossless && graphic && canTryLossless(pixels, seconds)) {
    encodings.push({ format, lossless: true });
  }
  const look = { quality, background: opaqueGround(background), seconds };
  const encoding = { ...look, pixels, animated: true, graphic, palette: false };
  const encoded = (await encodeSmallest(operated?.image ?? (() => resized.clone()), encodings, encoding))!;
  const reason = animationReason(encoded, encodings, task.choice);
  return { ...encoded, width, height, frames: encoded.info.pages ?? 1, ...(reason && { reason }) };
}

/** Crops all frames like the first one: sharp's content-aware gravities take stills only. */
async function cropLikeFirst(frames: Sharp, source: Buffer, header: Header, { width, height, resize }: Geometry) {
  const image = extracted(sharp(source, inputOf(header)), header);
  const first = await image.resize(resize).raw().toBuffer({ resolveWithObject: true });
  const outer = coveringSize(header, { width, height });
  const left = Math.min(Math.abs(first.info.cropOffsetLeft ?? 0), outer.width - width);
  const top = Math.min(Math.abs(first.info.cropOffsetTop ?? 0), outer.height - height);
  return frames.resize({ ...outer, fit: 'fill' }).extract({ left, top, width, height });
}

async function isGraphicAnimation(source: Buffer, header: Header, { width, height }: Geometry): Promise<boolean> {
  const image = extracted(sharp(source, inputOf(header)), header);
  const first = image.resize({ width, height, fit: 'fill' }).toColourspace('srgb');
  const { data, info } = await first.raw().toBuffer({ resolveWithObject: true });
  return isGraphic({ data, width, height, channels: info.channels });
}

/** Whether a stored column or row counts from the far end, by EXIF's orientation. */
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
  const { delay, loop } = await image.metadata();
  const pixels = await image.toColourspace('srgb').ensureAlpha().raw().toBuffer();
  const from = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  const to = new Uint32Array(from.length);
  for (let page = 0, at = 0; page < pages; page++) {
    for (let row = 0; row < stored.height; row++) {
      for (let column = 0; column < stored.width; column++) {
        const across = isTransposed ? row : column;
        const down = isTransposed ? column : row;
        const x = FROM_RIGHT.has(orientation) ? width - 1 - across : across;
        const y = FROM_BOTTOM.has(orientation) ? height - 1 - down : down;
        to[(page * height + y) * width + x] = from[at++]!;
      }
    }
  }
  const raw = { width, height: height * pages, channels: 4 as const, pageHeight: height };
  return sharp(Buffer.from(to.buffer), { raw, limitInputPixels: false })
    .webp({ lossless: true, effort: 0, ...(delay && { delay }), ...(loop !== undefined && { loop }) })
    .toBuffer();
}
