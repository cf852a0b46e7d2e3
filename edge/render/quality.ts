/**
 * Qualities that look the same as a quality of mozjpeg, by SSIMULACRA 2 over photographs: at 70, 75 and 80 points,
 * and the ends of the scales.
 */
const MOZJPEG = [1, 69, 76, 85, 100];
const EQUAL = {
  jpeg: MOZJPEG,
  webp: [1, 68, 79, 86, 100],
  avif: [1, 54, 60, 69, 100],
} as const;

/** The quality of a format that looks like this one of mozjpeg. */
export function qualityFor(format: keyof typeof EQUAL, quality: number): number {
  const end = Math.max(
    1,
    MOZJPEG.findIndex((known) => known >= quality),
  );
  const [from, to] = [MOZJPEG[end - 1]!, MOZJPEG[end]!];
  const [low, high] = [EQUAL[format][end - 1]!, EQUAL[format][end]!];
  return Math.round(low + ((quality - from) / (to - from)) * (high - low));
}
