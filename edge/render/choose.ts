import { type Format, MODERN_FORMATS, type Target, VIEWER_CLASSES } from '../variant';
import { isSmall } from './content';
import { canTryLossless, capabilitiesOf, holds } from './encoders';
import type { Choice, Encoding, RenderSettings } from './types';

/** The formats that a target stands for. */
export function choiceOf(target: Target, { formats }: RenderSettings): Choice {
  const rank = VIEWER_CLASSES.findIndex((viewerClass) => viewerClass === target);
  if (rank < 0) return { formats: [target as Format], isClass: false };
  const modern = formats.filter((format) => MODERN_FORMATS.indexOf(format) >= rank);
  return { formats: [...modern, 'jpeg', 'png', 'gif'], isClass: true };
}

/** The best format for an animation that a choice has, if any; sharp writes no animated AVIF. */
export const animatedFormatOf = ({ formats }: Choice): Format | undefined =>
  formats.find((format) => capabilitiesOf(format).maxAnimated);

/** The properties of a picture that decide between the formats of a class. */
export interface Content {
  width: number;
  height: number;
  /** Some pixel is not opaque. */
  transparent: boolean;
  /** Transparency fades over an area, as in a shadow. */
  soft: boolean;
  /** Flat colours and hard edges. */
  graphic: boolean;
}

/**
 * The formats of a class for soft transparency: WebP in place of AVIF. The transparency of a WebP is without loss; that of
 * an AVIF, for which the encoder takes no quality of its own, is off by up to 33 of 255 in clip art.
 */
const forSoftness = (formats: Format[]): Format[] =>
  formats.includes('webp') ? formats.filter((format) => format !== 'avif') : formats;

/**
 * How to encode a still; the smallest outcome is served. One encoding for a photograph, in the best format that keeps
 * its transparency; for a graphic or a small picture also the best one without loss. None if a format that was named
 * cannot hold it.
 */
export function encodingsOf({ formats, isClass }: Choice, content: Content, seconds: number): Encoding[] {
  const { width, height, transparent, soft, graphic } = content;
  const tryLossless = canTryLossless(width * height, seconds);
  const possible = (soft && isClass ? forSoftness(formats) : formats).filter((format) =>
    holds(format, width, height, isClass, seconds),
  );
  const lossy = possible.find((format) => {
    const { lossy: when } = capabilitiesOf(format);
    return when === 'always' || (when === 'opaque' && !transparent) || (when && !isClass);
  });
  const lossless = possible.find((format) => {
    const { lossless: when } = capabilitiesOf(format);
    return when === 'always' || (when === 'trial' && tryLossless);
  });
  const encodings: Encoding[] = [];
  if (lossless && (!lossy || ((graphic || isSmall(content)) && tryLossless)))
    encodings.push({ format: lossless, lossless: true });
  if (lossy) encodings.push({ format: lossy, lossless: false });
  return encodings;
}
