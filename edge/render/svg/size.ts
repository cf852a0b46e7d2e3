import type { Size } from '../../size';
import type { Attribute, Root } from './root';

export interface ViewBox extends Required<Size> {
  x: number;
  y: number;
}

/** An SVG's own size in CSS pixels, not rounded, and the visible part of the drawing. */
export interface Extent extends Required<Size> {
  viewBox: ViewBox;
  /** Whether the viewBox has other proportions than the size, so that `preserveAspectRatio` fits it. */
  isFitted: boolean;
}

/** The size that browsers give an SVG as an image: by `style`, else by `width` and `height`, else by the viewBox. */
export function extentOf({ attributes }: Root): Extent {
  const style = attributes.get('style')?.value ?? '';
  const side = (name: 'width' | 'height'): number | undefined =>
    pixelsOf(declared(style, name) ?? attributes.get(name)?.value ?? '');
  const [width, height] = [side('width'), side('height')];
  const viewBox = viewBoxOf(attributes.get('viewBox'));
  if (!viewBox) {
    const size = { width: width ?? DEFAULT_SIZE.width, height: height ?? DEFAULT_SIZE.height };
    return { ...size, viewBox: { x: 0, y: 0, ...size }, isFitted: false };
  }
  const ratio = viewBox.width / viewBox.height;
  const size = {
    width: width ?? (height === undefined ? viewBox.width : height * ratio),
    height: height ?? (width === undefined ? viewBox.height : width / ratio),
  };
  return { ...size, viewBox, isFitted: Math.abs(size.width / size.height / ratio - 1) > SAME_RATIO };
}

/** Pixels of a CSS unit. `em` and the like are of a browser's default font size, 16 pixels. CSS Values 4, chapter 6. */
const PIXELS: Record<string, number> = {
  '': 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  pt: 96 / 72,
  pc: 16,
  em: 16,
  rem: 16,
  ex: 8,
  ch: 8,
};

const LENGTH = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)([a-z]*)$/i;

/** Size of an SVG that states none. CSS Images 3, 5.1. */
const DEFAULT_SIZE = { width: 300, height: 150 };

/** Sides outside of this range are not sensible, and would break the arithmetic. */
const [SHORTEST, LONGEST] = [1e-9, 1e12];

const isSide = (value: number): boolean => value >= SHORTEST && value <= LONGEST;

/** A CSS length in pixels; undefined for percentages and invalid lengths. */
function pixelsOf(length: string): number | undefined {
  const [, number, unit] = LENGTH.exec(length.trim()) ?? [];
  const pixels = Number(number) * (PIXELS[unit?.toLowerCase() ?? ''] ?? NaN);
  return isSide(pixels) ? pixels : undefined;
}

/** The last value of a property in a `style` attribute. */
function declared(style: string, property: string): string | undefined {
  const declarations = style.split(';').map((each) => each.split(':', 2));
  const value = declarations.findLast(([name]) => name!.trim().toLowerCase() === property)?.[1];
  return value?.replace(/!important\s*$/i, '');
}

function viewBoxOf(attribute: Attribute | undefined): ViewBox | undefined {
  const numbers =
    attribute?.value
      .trim()
      .split(/[\s,]+/)
      .map(Number) ?? [];
  const [x, y, width, height] = numbers as [number, number, number, number];
  return numbers.length === 4 && Math.abs(x) + Math.abs(y) < LONGEST && isSide(width) && isSide(height)
    ? { x, y, width, height }
    : undefined;
}

/** Proportions that differ by less count as the same: programs round the sizes that they write. */
const SAME_RATIO = 1e-3;
