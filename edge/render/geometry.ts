import type { ResizeOptions } from 'sharp';
import type { Gravity, Variant } from '../grammar';
import type { RenderSettings } from '.';
import type { Header } from './inspect';

/** How much smaller than asked for a box has to be, so that nothing is enlarged in it. */
function scaleOf({ width, height }: Header, box: { width: number; height: number }, fit: Variant['fit']): number {
  const ratios = [width / box.width, height / box.height];
  // A cropped or stretched image fills the box, a padded one only touches two of its sides.
  return Math.min(1, fit === 'contain' ? Math.max(...ratios) : Math.min(...ratios));
}

/** Gravities that look at the picture have no use for padding, and no frame to look at in an animation. */
function positionOf({ fit, gravity = 'centre' }: Variant, animated: boolean): Gravity {
  const looks = gravity === 'attention' || gravity === 'entropy';
  return looks && (fit === 'contain' || animated) ? 'centre' : gravity;
}

/**
 * The box of a variant, as sharp takes it. Never enlarges: where the original is smaller, a box with two sides keeps
 * its aspect ratio at the largest size that the original fills.
 */
export function resizeOptions(
  header: Header,
  variant: Variant,
  settings: RenderSettings,
  animated: boolean,
): ResizeOptions {
  const { width, height, fit } = variant;
  if (!width && !height) {
    return { width: settings.full, height: settings.full, fit: 'inside', withoutEnlargement: true };
  }
  if (!width || !height || fit === 'inside' || fit === 'outside') {
    return { ...(width && { width }), ...(height && { height }), fit, withoutEnlargement: true };
  }
  const scale = scaleOf(header, { width, height }, fit);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    fit,
    position: positionOf(variant, animated),
    background: settings.background,
  };
}
