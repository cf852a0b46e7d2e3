/** Focal points: the place in a picture that crops keep. They are in the metadata of originals. */

/** Fractions of the width and height of the upright picture, from its left and top: 0 to 1. */
export interface Point {
  x: number;
  y: number;
}

/** Name of the metadata: `x-amz-meta-focus` in HTTP. */
export const FOCUS_METADATA = 'focus';

/** The focal point in the metadata of an original. */
export interface Focus {
  /** Undefined if there is none, or an invalid one; then crops keep the centre. */
  point?: Point;
  /** The text of an invalid one. */
  invalid?: string;
}

const POINT = /^\s*(\d*\.?\d+)\s*,\s*(\d*\.?\d+)\s*$/;

/** Precision of fractions: finer than a pixel of most pictures, and short. */
const STEPS = 10_000;

const roundFraction = (digits: string): number => Math.round(Number(digits) * STEPS) / STEPS;

/** Parses a point like `0.31,0.62`; undefined for any other text. */
export function parsePoint(text: string): Point | undefined {
  const match = POINT.exec(text);
  if (!match) return undefined;
  const point = { x: roundFraction(match[1]!), y: roundFraction(match[2]!) };
  return point.x <= 1 && point.y <= 1 ? point : undefined;
}

/** A point as `parsePoint` reads it; '' for none. */
export const printPoint = (point: Point | undefined): string => (point ? `${point.x},${point.y}` : '');

/** Reads the focal point from an object's metadata. */
export function focusOf(metadata: Record<string, string | undefined> = {}): Focus {
  const text = metadata[FOCUS_METADATA];
  if (text === undefined) return {};
  const point = parsePoint(text);
  return point ? { point } : { invalid: text };
}
