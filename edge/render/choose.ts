/** The choice between formats, and between encoding with and without loss. */
import { type Format, MODERN_FORMATS, type Target, VIEWER_CLASSES } from '../variant';
import type { Content } from './content';
import { ENCODERS, canTryLossless, holds } from './encoders';
import type { Choice, Encoding, RenderSettings } from './types';

/** The formats that a target stands for. */
export function choiceOf(target: Target, { formats }: RenderSettings): Choice {
  const rank = VIEWER_CLASSES.findIndex((viewerClass) => viewerClass === target);
  if (rank < 0) return { formats: [target as Format], isClass: false };
  const modern = formats.filter((format) => MODERN_FORMATS.indexOf(format) >= rank);
  return { formats: [...modern, 'jpeg', 'png', 'gif'], isClass: true };
}

/**
 * How to encode a still; the smallest result is served. A photograph has one encoding, in the best format that keeps
 * its transparency. A graphic (a drawing, a screenshot) or a small picture is also tried in the best lossless format.
 * @returns none if the format that the URL names cannot hold the picture
 */
export function encodingsOf({ formats, isClass }: Choice, content: Content, seconds: number): Encoding[] {
  const { width, height, transparent, soft, graphic, small } = content;
  const hasTime = canTryLossless(width * height, seconds);
  // The transparency of an AVIF is off by up to 33 of 255 in clip art: its encoder takes no quality for it.
  const isRough = (format: Format): boolean => format === 'avif' && soft && isClass && formats.includes('webp');
  const possible = formats.filter((format) => !isRough(format) && holds(format, content, isClass, seconds));
  const isLossy = { always: true, opaque: !transparent || !isClass, named: !isClass, never: false };
  const isLossless = { always: true, trial: hasTime, never: false };
  const lossy = possible.find((format) => isLossy[ENCODERS[format].lossy]);
  const lossless = possible.find((format) => isLossless[ENCODERS[format].lossless]);
  const encodings: Encoding[] = [];
  if (lossless && (!lossy || ((graphic || small) && hasTime))) encodings.push({ format: lossless, lossless: true });
  if (lossy) encodings.push({ format: lossy, lossless: false });
  return encodings;
}

/** The best format for an animation that a choice has, if any; sharp writes no animated AVIF. */
export const animatedFormatOf = ({ formats }: Choice): Format | undefined =>
  formats.find((format) => ENCODERS[format].maxAnimated);

/** How to encode an animation; the smallest result is served. @param pixels of all frames together */
export function animationEncodings(format: Format, graphic: boolean, pixels: number, seconds: number): Encoding[] {
  const triesLossless = graphic && ENCODERS[format].lossless !== 'never' && canTryLossless(pixels, seconds);
  return [{ format, lossless: false }, ...(triesLossless ? [{ format, lossless: true }] : [])];
}
