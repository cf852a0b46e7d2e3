/** The part of an original that a signed request asks for: it is rendered as if there were no more. */
import type { Region } from 'sharp';
import { type Failure, isFailure } from '../failure';
import type { Point } from '../focus';
import { CROP_PARTS } from '../grammar-constants';
import { type Size, isFull } from '../size';
import type { Crop, Variant } from '../variant';
import { rasterise } from './rasterise';
import type { Header, Original, RenderSettings } from './types';

/** An original cut to the crop of a variant, if it has one. A drawing becomes pixels first. */
export async function cropOriginal(
  original: Original,
  variant: Variant,
  settings: RenderSettings,
): Promise<Original | Failure> {
  const { crop } = variant;
  if (!crop) return original;
  const { header } = original;
  if (!header.drawing) return cutTo(original, regionOf(crop, header));
  const drawn = await rasterise(original, scaleOf(header, crop, variant, settings), settings);
  return isFailure(drawn) ? drawn : cutTo(drawn, regionOf(crop, drawn.header));
}

/** An original as if it were no more than a part of it. */
export const cutTo = ({ file, header, focus }: Original, part: Region): Original => ({
  file,
  header: { ...header, width: part.width, height: part.height, crop: part },
  focus: focus && pointWithin(focus, header, part),
});

/** Where a point is in a part of a picture; at the edge if it was cut off. */
function pointWithin({ x, y }: Point, { width, height }: Required<Size>, part: Region): Point {
  const place = (pixels: number, kept: number): number => Math.min(Math.max(0, pixels / kept), 1);
  return { x: place(x * width - part.left, part.width), y: place(y * height - part.top, part.height) };
}

/** A crop in pixels: at least one, and without a gap between crops that touch. */
function regionOf([x, y, across, down]: Crop, { width, height }: Required<Size>): Region {
  const [left, right] = span(x!, across!, width);
  const [top, bottom] = span(y!, down!, height);
  return { left, top, width: right - left, height: bottom - top };
}

function span(from: number, parts: number, side: number): [number, number] {
  const start = Math.min(side - 1, Math.round((from * side) / CROP_PARTS));
  return [start, Math.max(start + 1, Math.round(((from + parts) * side) / CROP_PARTS))];
}

/** The factor by which a drawing is enlarged, so that its part has the pixels of the variant. */
function scaleOf(
  { width, height, maxScale }: Header,
  [, , across, down]: Crop,
  variant: Variant,
  { full }: RenderSettings,
): number {
  const part = { width: (width * across!) / CROP_PARTS, height: (height * down!) / CROP_PARTS };
  const scale = isFull(variant)
    ? Math.min(1, full / Math.max(part.width, part.height))
    : Math.max((variant.width ?? 0) / part.width, (variant.height ?? 0) / part.height);
  return Math.min(scale, maxScale);
}
