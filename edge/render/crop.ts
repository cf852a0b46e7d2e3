/** The part of an original that a signed request asks for, as if the original were no more than that. */
import { type Failure, isFailure } from '../failure';
import type { Variant } from '../variant';
import { CROP_PARTS } from '../size';
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
    return isFailure(drawn) ? drawn : cropped(drawn, variant, settings);
  }
  const box = boxOf(crop, header);
  return { ...original, header: { ...header, width: box.width, height: box.height, crop: box } };
}

/** Pixels of a crop: at least one, and those that touch have no gap. */
function boxOf(crop: number[], { width, height }: { width: number; height: number }): Box {
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
