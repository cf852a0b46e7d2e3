/** Focal points: the place in a picture that a crop is to keep, as the metadata of an original gives it. */

/** Fractions of the upright picture's width and height, from its left and its top: 0 to 1. */
export interface Point {
  x: number;
  y: number;
}

/** Name of the metadata, of originals and of what is made from them: `x-amz-meta-focus` in HTTP. */
export const FOCUS_METADATA = 'focus';

/** What the metadata of an original says. */
export interface Focus {
  /** Missing where there is none, or what there is is no point: then the middle counts. */
  point?: Point;
  /** The text that is no point. */
  invalid?: string;
}

const POINT = /^\s*(\d*\.?\d+)\s*,\s*(\d*\.?\d+)\s*$/;

/** Finer than a pixel of most pictures, and short. */
const STEPS = 10_000;

const roundFraction = (digits: string): number => Math.round(Number(digits) * STEPS) / STEPS;

/** Reads a point such as `0.31,0.62`; undefined for any other text. */
export function parsePoint(text: string): Point | undefined {
  const match = POINT.exec(text);
  if (!match) return undefined;
  const point = { x: roundFraction(match[1]!), y: roundFraction(match[2]!) };
  return point.x <= 1 && point.y <= 1 ? point : undefined;
}

/** A point as `parsePoint` reads it, and as metadata records it; '' for none. */
export const printPoint = (point: Point | undefined): string => (point ? `${point.x},${point.y}` : '');

/** Reads the focal point from an object's metadata. */
export function focusOf(metadata: Record<string, string | undefined> = {}): Focus {
  const text = metadata[FOCUS_METADATA];
  if (text === undefined) return {};
  const point = parsePoint(text);
  return point ? { point } : { invalid: text };
}
