import type { Sharp } from 'sharp';
import { type Failure, failure } from '../failure';
import type { Point } from '../focus';
import type { Gravity, Variant } from '../variant';
import type { Size } from '../size';
import type { Geometry, Header, RenderSettings } from './types';

/**
 * The size of a variant. Where the original is smaller than the box, the box is scaled down with its aspect ratio:
 * `cover` and `fill` to the largest that the original fills without being enlarged on either side, `contain` to the
 * smallest that holds all of it, `inside` and `outside` to the original itself.
 * @param focus of the picture as the header describes it
 * @returns `TOO_LARGE` for more pixels than an original may have
 */
export function geometryOf(
  header: Header,
  variant: Variant,
  settings: RenderSettings,
  focus?: Point,
): Geometry | Failure {
  const geometry = boxOf(header, variant, settings, focus);
  const { width, height } = geometry;
  return width * height > settings.maxPixels
    ? failure('TOO_LARGE', `The variant would have ${width}x${height} pixels.`)
    : geometry;
}

function boxOf(header: Header, variant: Variant, settings: RenderSettings, focus: Point | undefined): Geometry {
  const isFull = !variant.width && !variant.height;
  const own = largest(header, isFull, settings);
  const box = isFull
    ? { width: settings.full, height: settings.full }
    : { width: variant.width ?? Infinity, height: variant.height ?? Infinity };
  const ratios = [box.width / own.width, box.height / own.height];
  const { fit } = variant;
  if (fit === 'inside' || fit === 'outside') {
    const ratio = fit === 'inside' ? Math.min(...ratios) : Math.max(...ratios);
    const size = scaled(own, Math.min(1, ratio));
    return { ...size, resize: { ...size, fit: 'fill' } };
  }
  const enlarged = fit === 'contain' ? Math.min(...ratios) : Math.max(...ratios);
  const size = scaled(box, 1 / Math.max(1, enlarged));
  if (fit === 'cover' && variant.gravity === 'focus' && focus) return cropAround(focus, header, size);
  return { ...size, resize: { ...size, fit, position: positionOf(variant), background: settings.background } };
}

/** The size of a picture that covers a box, before what is beyond the box is cut off. */
export function coveringSize({ width, height }: Required<Size>, box: Required<Size>): Required<Size> {
  const scale = Math.max(box.width / width, box.height / height);
  return {
    width: Math.max(box.width, Math.round(width * scale)),
    height: Math.max(box.height, Math.round(height * scale)),
  };
}

/** The crop in which a point is as near to the middle as it can be. */
function cropAround({ x, y }: Point, picture: Required<Size>, box: Required<Size>): Geometry {
  const outer = coveringSize(picture, box);
  const startOf = (point: number, all: number, kept: number): number =>
    Math.min(Math.max(0, Math.round(point * all - kept / 2)), all - kept);
  const crop = {
    left: startOf(x, outer.width, box.width),
    top: startOf(y, outer.height, box.height),
    ...box,
  };
  return { ...box, resize: { ...outer, fit: 'fill' }, crop };
}

/**
 * The pixels that a drawing is drawn with for a variant: those of the variant itself where nothing is cut off or added,
 * so that no line is resampled; else all that `cover` cuts from or `contain` adds to.
 * @param isFitted whether drawing it in other proportions would change what is seen, not stretch it
 */
export function drawnSize(
  { width, height }: Required<Size>,
  { width: across, height: down, resize, crop }: Geometry,
  isFitted: boolean,
): Required<Size> {
  const [shorter, longer] = [across / width, down / height].sort((a, b) => a - b) as [number, number];
  const isSame = Math.abs(across - width * shorter) <= 1 && Math.abs(down - height * shorter) <= 1;
  if (isSame || (resize.fit === 'fill' && !crop && !isFitted)) return { width: across, height: down };
  return scaled({ width, height }, resize.fit === 'contain' ? shorter : longer);
}

/** The part of a picture that its header speaks of, where that is not all of it. */
export const extracted = (image: Sharp, { crop }: Header): Sharp => (crop ? image.extract(crop) : image);

/** A picture, or all frames of an animation, with the size of a variant. */
export const resizeTo = (image: Sharp, { resize, crop }: Geometry): Sharp =>
  crop ? image.resize(resize).extract(crop) : image.resize(resize);

/** A side in whole pixels, of which there is at least one. */
export const wholeSide = (pixels: number): number => Math.max(1, Math.round(pixels));

/** A size times a factor, in whole pixels. */
export const scaled = ({ width, height }: Required<Size>, scale: number): Required<Size> => ({
  width: wholeSide(width * scale),
  height: wholeSide(height * scale),
});

/** Gravities that look at the picture have no use for padding, and a focal point is for what is cut off. */
const positionOf = ({ fit, gravity = 'centre' }: Variant): Exclude<Gravity, 'focus'> =>
  gravity === 'focus' || (fit === 'contain' && isContentAware(gravity)) ? 'centre' : gravity;

export const isContentAware = (gravity: Gravity | undefined): boolean =>
  gravity === 'attention' || gravity === 'entropy';

/** The largest size of a variant: the original's own, or for a drawing the one up to which it may be scaled. */
function largest(
  { kind, width, height, maxScale }: Header,
  isFull: boolean,
  { svgScale }: RenderSettings,
): Required<Size> {
  const scale = isFull && kind === 'svg' ? Math.min(svgScale, maxScale) : maxScale;
  return { width: width * scale, height: height * scale };
}
