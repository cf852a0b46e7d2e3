import sharp, { type Region } from 'sharp';
import { type Failure, isFailure } from '../../failure';
import { cutTo } from '../crop';
import { scaled } from '../geometry';
import { type Pixels, inputOf, pixelsOf } from '../pixels';
import { rasterise } from '../rasterise';
import type { Original, RenderSettings } from '../types';

/** Longest side of the copy on which borders are looked for; a drawing is drawn as large. */
const LONGEST = 2_048;

/** Most pixels of the copy, all frames together. */
const MAX_PIXELS = 8e6;

/**
 * Cuts an original to what is within its borders: it is rendered as if there were no more. The borders of an animation
 * are those that all of its frames have. A drawing becomes pixels first.
 * @param threshold by how much of 255 the colour of a border may differ from that of the top left pixel
 */
export async function trimOriginal(
  original: Original,
  threshold: number,
  settings: RenderSettings,
): Promise<Original | Failure> {
  const { width, height, maxScale, drawing, pages, orientation } = original.header;
  if (drawing) {
    const drawn = await rasterise(original, Math.min(LONGEST / Math.max(width, height), maxScale), settings);
    return isFailure(drawn) ? drawn : trimOriginal(drawn, threshold, settings);
  }
  // The frames of an animation are turned one by one, later.
  if (pages > 1 && orientation > 1) return original;
  const content = await findContent(original, threshold);
  return content ? cutTo(original, content) : original;
}

/** The part within the borders; undefined if there are none, or nothing else. */
async function findContent({ file, header }: Original, threshold: number): Promise<Region | undefined> {
  const { width, height, pages, srgbProfile } = header;
  const scale = Math.min(1, LONGEST / Math.max(width, height), Math.sqrt(MAX_PIXELS / (pages * width * height)));
  const small = scaled({ width, height }, scale);
  const image = sharp(file, { ...inputOf(header), pages, ignoreIcc: srgbProfile, failOn: 'none' });
  const upright = pages > 1 ? image : image.autoOrient();
  const pixels = await pixelsOf(upright.resize({ ...small, fit: 'fill' }).ensureAlpha());
  const found = contentIn(pixels, pixels.height / pages, threshold);
  if (!found) return undefined;
  // One pixel less where pixels were joined, so that no line of the border is left.
  const inset = scale < 1 ? 1 : 0;
  const [left, right] = scaledSpan(found.left, found.right, width / small.width, inset, width);
  const [top, bottom] = scaledSpan(found.top, found.bottom, height / small.height, inset, height);
  const content = { left, top, width: right - left, height: bottom - top };
  return content.width < width || content.height < height ? content : undefined;
}

/** A span in pixels of the original: at least one, and up to the edge if it was at the edge. */
function scaledSpan(from: number, to: number, factor: number, inset: number, most: number): [number, number] {
  const start = from === 0 ? 0 : Math.ceil((from + inset) * factor);
  const end = Math.round(to * factor) >= most ? most : Math.floor((to - inset) * factor);
  return end > start
    ? [start, end]
    : [Math.min(Math.round(from * factor), most - 1), Math.max(1, Math.round(to * factor))];
}

/** Where pixels of any frame differ from the first one. */
function contentIn({ data, width }: Pixels, frameHeight: number, threshold: number) {
  const valueAt = (at: number, channel: number): number => {
    // A clear pixel has no colour.
    const alpha = data[at + 3]!;
    return channel === 3 ? alpha : (data[at + channel]! * alpha) / 255;
  };
  const first = [0, 1, 2, 3].map((channel) => valueAt(0, channel));
  const isContent = (at: number): boolean =>
    first.some((value, channel) => Math.abs(valueAt(at, channel) - value) > threshold);
  let [left, top, right, bottom] = [width, frameHeight, 0, 0];
  for (let at = 0, number = 0; at < data.length; at += 4, number++) {
    const [x, y] = [number % width, Math.floor(number / width) % frameHeight];
    const isInside = x >= left && x < right && y >= top && y < bottom;
    if (isInside || !isContent(at)) continue;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return right > left ? { left, top, right, bottom } : undefined;
}
