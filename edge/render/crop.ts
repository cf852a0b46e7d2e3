/** The part of an original that a signed request asks for, as if the original were no more than that. */
import { type Failure, isFailure } from '../failure';
import type { Point } from '../focus';
import { CROP_PARTS } from '../grammar-constants';
import type { Size } from '../size';
import type { Variant } from '../variant';
import type { Box } from './operations/types';
import { rasterise } from './rasterise';
import type { Original, RenderSettings } from './types';

/** An original cut to the crop of a variant, where it has one. A drawing becomes pixels first. */
export async function cropped(
  original: Original,
  variant: Variant,
  settings: RenderSettings,
): Promise<Original | Failure> {
  const { crop } = variant;
  if (!crop) return original;
  const { header } = original;
  if (header.drawing) {
    const drawn = await rasterise(header, scaleOf(header, variant, settings), settings);
    return isFailure(drawn) ? drawn : cropped({ ...drawn, focus: original.focus }, variant, settings);
  }
  return cutTo(original, boxOf(crop, header));
}

/** An original as if it were no more than a part of it. */
export const cutTo = ({ file, header, focus }: Original, part: Box): Original => ({
  file,
  header: { ...header, width: part.width, height: part.height, crop: part },
  focus: focus && pointWithin(focus, header, part),
});

/** Where a point is in a part of a picture; at the edge where it was cut off. */
function pointWithin({ x, y }: Point, { width, height }: Required<Size>, part: Box): Point {
  const place = (pixels: number, kept: number): number => Math.min(Math.max(0, pixels / kept), 1);
  return { x: place(x * width - part.left, part.width), y: place(y * height - part.top, part.height) };
}

/** Pixels of a crop: at least one, and those that touch have no gap. */
function boxOf(crop: number[], { width, height }: Required<Size>): Box {
  const [x, y, across, down] = crop as [number, number, number, number];
  const [left, right] = span(x, across, width);
  const [top, bottom] = span(y, down, height);
  return { left, top, width: right - left, height: bottom - top };
}

function span(from: number, parts: number, side: number): [number, number] {
  const start = Math.min(side - 1, Math.round((from * side) / CROP_PARTS));
  return [start, Math.max(start + 1, Math.round(((from + parts) * side) / CROP_PARTS))];
}

/** How large a drawing is drawn, so that its part has the pixels of the variant. */
function scaleOf(
  { width, height, maxScale }: Original['header'],
  { crop, width: across = 0, height: down = 0 }: Variant,
  { full }: RenderSettings,
): number {
  const [, , cropWidth, cropHeight] = crop as [number, number, number, number];
  const part = { width: (width * cropWidth) / CROP_PARTS, height: (height * cropHeight) / CROP_PARTS };
  const isFull = !across && !down;
  const scale = isFull
    ? Math.min(1, full / Math.max(part.width, part.height))
    : Math.max(across / part.width, down / part.height);
  return Math.min(scale, maxScale);
}
