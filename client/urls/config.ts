import type { Fit, Format, Gravity, ModernFormat } from '../../edge/variant';

/** A preset, as `resizer.config.ts` has it. */
export interface PresetConfig {
  width?: number | undefined;
  height?: number | undefined;
  fit?: Fit | undefined;
  gravity?: Gravity | undefined;
  /** The only format that it has. */
  format?: Format | undefined;
}

const SIZE_SETTINGS = new Set(['width', 'height', 'fit', 'gravity']);

/** Whether a preset does more than giving a size: then it is a variant of its own, which only its name asks for. */
export const hasOperations = (preset: PresetConfig | undefined): boolean =>
  Object.entries(preset ?? {}).some(([name, value]) => !SIZE_SETTINGS.has(name) && value !== false);

/** The part of `resizer.config.ts` that decides which URLs there are: the whole object can be handed over. */
export interface ImagesConfig {
  /** Path at which the distribution serves images, such as `/img`. */
  base?: string | undefined;
  sizes?: readonly string[] | undefined;
  presets?: Readonly<Record<string, PresetConfig>> | undefined;
  maxDpr?: number | undefined;
  fits?: readonly Fit[] | undefined;
  gravities?: readonly Gravity[] | undefined;
  formats?: readonly ModernFormat[] | undefined;
  quality?: number | undefined;
  qualities?: readonly number[] | undefined;
}

/** How a picture is made, whatever its size. */
export interface PictureOptions {
  /** Of a box. */
  fit?: Fit | undefined;
  /** Of a box, with `cover` or `contain`. */
  gravity?: Gravity | undefined;
  /** 1 to 100; the nearest of `qualities` is used, and the default one if there are none. */
  quality?: number | undefined;
  format?: 'auto' | Format | undefined;
}

/** One size, as `size`, as `preset`, or as `width` and `height`; without any, `full`. */
export interface UrlOptions extends PictureOptions {
  /** A listed size: `300x300`, `640w`, `480h` or `full`. */
  size?: string | undefined;
  preset?: string | undefined;
  /** In pixels before `dpr`, as is `height`. */
  width?: number | undefined;
  height?: number | undefined;
  /** Pixel ratio, a whole number. */
  dpr?: number | undefined;
}

/** A size in pixels; a side of 0 is free. */
export type Box = [width: number, height: number];

/** The sides of a size such as `300x300`, `640w` or `480h`; those of any other text are free. */
export function parseSize(size: string): Box {
  const first = parseInt(size, 10) || 0;
  return size.endsWith('h') ? [0, first] : [first, +size.split(/[xX×]/)[1]! || 0];
}

/** The text of a size. */
export const printSize = ([width, height]: Box): string =>
  width && height ? `${width}x${height}` : width ? `${width}w` : height ? `${height}h` : 'full';
