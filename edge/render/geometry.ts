import { type Failure, failure } from '../failure';
import type { Gravity, Variant } from '../variant';
import type { Size } from '../size';
import type { Geometry, Header, RenderSettings } from './types';

/**
 * The size of a variant. Where the original is smaller than the box, the box is scaled down with its aspect ratio:
 * `cover` and `fill` to the largest that the original fills without being enlarged on either side, `contain` to the
 * smallest that holds all of it, `inside` and `outside` to the original itself.
 * @returns `TOO_LARGE` for more pixels than an original may have
 */
export function geometryOf(header: Header, variant: Variant, settings: RenderSettings): Geometry | Failure {
  const geometry = boxOf(header, variant, settings);
  const { width, height } = geometry;
  return width * height > settings.maxPixels
    ? failure('TOO_LARGE', `The variant would have ${width}x${height} pixels.`)
    : geometry;
}

function boxOf(header: Header, variant: Variant, settings: RenderSettings): Geometry {
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
  return { ...size, resize: { ...size, fit, position: positionOf(variant), background: settings.background } };
}

/**
 * The pixels that a drawing is drawn with for a variant: those of the variant itself where nothing is cut off or added,
 * so that no line is resampled; else all that `cover` cuts from or `contain` adds to.
 * @param isFitted whether drawing it in other proportions would change what is seen, not stretch it
 */
export function drawnSize(
  { width, height }: Required<Size>,
  { width: across, height: down, resize }: Geometry,
  isFitted: boolean,
): Required<Size> {
  const [shorter, longer] = [across / width, down / height].sort((a, b) => a - b) as [number, number];
  const isSame = Math.abs(across - width * shorter) <= 1 && Math.abs(down - height * shorter) <= 1;
  if (isSame || (resize.fit === 'fill' && !isFitted)) return { width: across, height: down };
  return scaled({ width, height }, resize.fit === 'contain' ? shorter : longer);
}

const side = (pixels: number): number => Math.max(1, Math.round(pixels));

const scaled = ({ width, height }: Required<Size>, scale: number): Required<Size> => ({
  width: side(width * scale),
  height: side(height * scale),
});

/** Gravities that look at the picture have no use for padding. */
const positionOf = ({ fit, gravity = 'centre' }: Variant): Gravity =>
  fit === 'contain' && isContentAware(gravity) ? 'centre' : gravity;

export const isContentAware = (gravity: Gravity | undefined): boolean =>
  gravity === 'attention' || gravity === 'entropy';

/** The size that is never gone beyond: the original's own, or that up to which a drawing may be scaled. */
function largest(
  { kind, width, height, maxScale }: Header,
  isFull: boolean,
  { svgScale }: RenderSettings,
): Required<Size> {
  const scale = isFull && kind === 'svg' ? Math.min(svgScale, maxScale) : maxScale;
  return { width: width * scale, height: height * scale };
}
