/** A variant at one quality. */
export interface Point {
  score: number;
  bytes: number;
  /** To make it of the original. */
  ms: number;
}

/**
 * The bytes that an encoder needs for a score: their logarithm is about a straight line between two qualities that are
 * near each other, and is drawn on beyond the ends.
 */
export function bytesAt(points: Point[], score: number): number {
  const sorted = points.toSorted((a, b) => a.score - b.score);
  const above = sorted.findIndex((point) => point.score >= score);
  const end = above < 0 ? sorted.length - 1 : Math.max(1, above);
  const [from, to] = [sorted[end - 1]!, sorted[end]!];
  const share = (score - from.score) / (to.score - from.score);
  return Math.exp(Math.log(from.bytes) + share * (Math.log(to.bytes) - Math.log(from.bytes)));
}
