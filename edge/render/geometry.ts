import type { Sharp } from 'sharp';
import { type Failure, failure } from '../failure';
import type { Point } from '../focus';
import { type Size, isFull } from '../size';
import type { Gravity, Variant } from '../variant';
import type { Geometry, Header, RenderSettings } from './types';

/**
 * The size of a variant. Where the original is smaller than the box, the box is scaled down with its aspect ratio:
 * `cover` and `fill` to the largest that the original fills without being enlarged on either side, `contain` to the
 * smallest that holds all of it, `inside` and `outside` to the original itself.
 * @param focus of the picture that the header describes
 * @returns `TOO_LARGE` for more pixels than an original may have
 */
export function geometryOf(
  header: Header,
  variant: Variant,
  settings: RenderSettings,
  focus?: Point,
): Geometry | Failure {
  const geometry = fitted(header, variant, settings, focus);
  const { width, height } = geometry;
  return width * height > settings.maxPixels
    ? failure('TOO_LARGE', `The variant would have ${width}x${height} pixels.`)
    : geometry;
}

function fitted(header: Header, variant: Variant, settings: RenderSettings, focus: Point | undefined): Geometry {
  const { full, svgScale, background } = settings;
  const { fit, width = Infinity, height = Infinity } = variant;
  const box = isFull(variant) ? { width: full, height: full } : { width, height };
  // A drawing may be enlarged.
  const scale = isFull(variant) && header.drawing ? Math.min(svgScale, header.maxScale) : header.maxScale;
  const largest = { width: header.width * scale, height: header.height * scale };
  const ratios = [box.width / largest.width, box.height / largest.height];
  if (fit === 'inside' || fit === 'outside') {
    const ratio = fit === 'inside' ? Math.min(...ratios) : Math.max(...ratios);
    const size = scaled(largest, Math.min(1, ratio));
    return { ...size, resize: { ...size, fit: 'fill' } };
  }
  const enlarged = fit === 'contain' ? Math.min(...ratios) : Math.max(...ratios);
  const size = scaled(box, 1 / Math.max(1, enlarged));
  if (fit === 'cover' && variant.gravity === 'focus' && focus) return cropAround(focus, header, size);
  return { ...size, resize: { ...size, fit, position: positionOf(variant), background } };
}

/** Padding has no use for gravities that look at the picture, nor for a focal point. */
const positionOf = ({ fit, gravity = 'centre' }: Variant): Exclude<Gravity, 'focus'> =>
  gravity === 'focus' || (fit === 'contain' && isContentAware(gravity)) ? 'centre' : gravity;

export const isContentAware = (gravity: Gravity | undefined): boolean =>
  gravity === 'attention' || gravity === 'entropy';

/** The crop with a point as near to its middle as possible. */
function cropAround({ x, y }: Point, picture: Required<Size>, box: Required<Size>): Geometry {
  const outer = coveringSize(picture, box);
  return cropAt(x * outer.width - box.width / 2, y * outer.height - box.height / 2, outer, box);
}

/** The size of a picture that covers a box, before what is beyond the box is cut off. */
export function coveringSize({ width, height }: Required<Size>, box: Required<Size>): Required<Size> {
  const scale = Math.max(box.width / width, box.height / height);
  return {
    width: Math.max(box.width, Math.round(width * scale)),
    height: Math.max(box.height, Math.round(height * scale)),
  };
}

/** The crop of a box from a picture that covers it, moved to where the picture ends. */
export function cropAt(left: number, top: number, outer: Required<Size>, { width, height }: Required<Size>): Geometry {
  const within = (start: number, free: number): number => Math.min(Math.max(0, Math.round(start)), free);
  const place = { left: within(left, outer.width - width), top: within(top, outer.height - height) };
  return { width, height, resize: { ...outer, fit: 'fill' }, crop: { ...place, width, height } };
}

/**
 * The pixels that a drawing is drawn with for a variant: those of the variant itself where nothing is cut off or added,
 * so that no line is resampled; else all that `cover` cuts from or `contain` adds to.
 * @param isFitted whether other proportions would change what is seen, not stretch it
 */
export function drawnSize(drawing: Required<Size>, geometry: Geometry, isFitted: boolean): Required<Size> {
  const { width, height, crop } = geometry;
  const { fit } = geometry.resize;
  const ratios = [width / drawing.width, height / drawing.height];
  const [shorter, longer] = [Math.min(...ratios), Math.max(...ratios)];
  const isSame = Math.abs(width - drawing.width * shorter) <= 1 && Math.abs(height - drawing.height * shorter) <= 1;
  if (isSame || (fit === 'fill' && !crop && !isFitted)) return { width, height };
  return scaled(drawing, fit === 'contain' ? shorter : longer);
}

/** Resizes the part of a picture that is kept, or all frames of an animation, to a variant. */
export function resize(image: Sharp, { crop }: Header, to: Pick<Geometry, 'resize' | 'crop'>): Sharp {
  const picture = (crop ? image.extract(crop) : image).resize(to.resize);
  return to.crop ? picture.extract(to.crop) : picture;
}

/** A side in whole pixels, at least one. */
export const wholeSide = (pixels: number): number => Math.max(1, Math.round(pixels));

/** A size times a factor, in whole pixels. */
export const scaled = ({ width, height }: Required<Size>, scale: number): Required<Size> => ({
  width: wholeSide(width * scale),
  height: wholeSide(height * scale),
});
