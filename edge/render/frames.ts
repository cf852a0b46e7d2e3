import type { Format } from './choose';
import type { Geometry } from './geometry';
import type { Header } from './inspect';
import type { RenderSettings } from '.';
import { maxAnimationPixels } from './effort';

/**
 * Why an animation is served as a still of its first frame, for the log; undefined if it is not.
 * @param format the format for the animation that the target or the class of viewers has
 */
export function whyStill(
  header: Header,
  format: Format | undefined,
  { width, height }: Geometry,
  settings: RenderSettings,
): string | undefined {
  if (!format) return 'first frame: the format has no animation';
  const frames = `first frame: ${header.pages} frames of`;
  const pixels = header.pages * header.width * header.height;
  if (header.pages > settings.maxAnimationFrames || pixels > settings.maxAnimationPixels) {
    return `${frames} ${header.width}x${header.height} are over the limits`;
  }
  if (header.pages * width * height > maxAnimationPixels(format, settings.seconds)) {
    return `${frames} ${width}x${height} are too many pixels for ${format} in time`;
  }
  return undefined;
}
