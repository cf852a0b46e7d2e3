import type { AvifEffort } from './effort';

/**
 * Qualities that look the same as a quality of mozjpeg, by SSIMULACRA 2 over photographs: at 70, 75 and 80 points,
 * and the ends of the scales.
 */
const MOZJPEG = [1, 69, 76, 85, 100];

const EQUAL = {
  mozjpeg: MOZJPEG,
  jpeg: [1, 64, 74, 82, 100],
  webp: [1, 68, 79, 86, 100],
  /** By effort: slower ones look better at one quality. */
  avif0: [1, 53, 60, 68, 100],
  avif1: [1, 54, 60, 69, 100],
  avif2: [1, 52, 58, 67, 100],
} as const;

type Scale = Exclude<keyof typeof EQUAL, `avif${number}`> | `avif${AvifEffort}`;

/** The quality on an encoder's scale that looks like this one of mozjpeg. */
export function qualityFor(scale: Scale, quality: number): number {
  const end = Math.max(
    1,
    MOZJPEG.findIndex((known) => known >= quality),
  );
  const [from, to] = [MOZJPEG[end - 1]!, MOZJPEG[end]!];
  const [low, high] = [EQUAL[scale][end - 1]!, EQUAL[scale][end]!];
  return Math.round(low + ((quality - from) / (to - from)) * (high - low));
}
