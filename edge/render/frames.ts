import type { Format } from './choose';
import type { Geometry } from './geometry';
import type { Header } from './inspect';
import type { RenderSettings } from '.';
import { animationCost, maxAnimationPixels } from './effort';

/**
 * Why an animation does not move, or is not rendered, in one line; undefined if it is rendered with all of its frames.
 * @param format the format for the animation that the target or the class of viewers has
 */
export function whyStill(
  { kind, pages, width, height }: Header,
  format: Format | undefined,
  to: Geometry,
  settings: RenderSettings,
): string | undefined {
  if (pages === 1) return `frames of ${kind === 'png' ? 'an animated PNG' : 'an animated AVIF'} are not read`;
  if (!format) return 'the format has no animation';
  if (animationCost(pages, width, height) > settings.maxAnimationPixels) {
    return `${pages} frames of ${width}x${height} are over the limit`;
  }
  if (animationCost(pages, to.width, to.height) > maxAnimationPixels(format, settings.seconds)) {
    return `${pages} frames of ${to.width}x${to.height} are too many pixels for ${format} in time`;
  }
  return undefined;
}
