/** A variant, or all of them together, at one quality. */
export interface Point {
  score: number;
  bytes: number;
  /** Time to make it from the original. */
  ms: number;
}

type Known = Pick<Point, 'score' | 'bytes'>;

/** The two neighbours of a value, or the outermost ones, and its position between them as a fraction. */
function between<T>(sorted: T[], value: number, of: (each: T) => number): [from: T, to: T, share: number] {
  const above = sorted.findIndex((each) => of(each) >= value);
  const end = above < 0 ? sorted.length - 1 : Math.max(1, above);
  const [from, to] = [sorted[end - 1]!, sorted[end]!];
  return [from, to, of(to) === of(from) ? 0 : (value - of(from)) / (of(to) - of(from))];
}

const byScore = <T extends { score: number }>(points: T[]): T[] => points.toSorted((a, b) => a.score - b.score);

/**
 * The bytes that an encoder needs for a score, interpolated linearly in their logarithm, and extrapolated beyond the ends.
 */
export function bytesAt(points: Known[], score: number): number {
  const [from, to, share] = between(byScore(points), score, (point) => point.score);
  return Math.exp(Math.log(from.bytes) + share * (Math.log(to.bytes) - Math.log(from.bytes)));
}

/** The score of a picture, or of many, at a quality. */
export interface Scored {
  quality: number;
  score: number;
}

/** The quality with a score, interpolated linearly. @param points by rising quality */
export function qualityAt(points: Scored[], score: number): number {
  const [from, to, share] = between(points, score, (point) => point.score);
  return from.quality + share * (to.quality - from.quality);
}

/** The score at a quality, interpolated linearly. @param points by rising quality */
export function scoreAt(points: Scored[], quality: number): number {
  const [from, to, share] = between(points, quality, (point) => point.quality);
  return from.score + share * (to.score - from.score);
}

/** The value below which this share of all values is, interpolated linearly. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (place - Math.floor(place)) * (above - below);
}

export const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
