import type { Fit, Format, Gravity, ModernFormat } from '../../edge/variant';

/** A preset, as `resizer.config.ts` has it. */
export interface PresetConfig {
  width?: number | undefined;
  height?: number | undefined;
  fit?: Fit | undefined;
  gravity?: Gravity | undefined;
  /** Its only format. */
  format?: Format | undefined;
}

/** Whether a preset does more than resize. It is then a variant of its own, which is requested by name. */
export const hasOperations = ({
  width: _width,
  height: _height,
  fit: _fit,
  gravity: _gravity,
  ...operations
}: PresetConfig = {}): boolean => Object.values(operations).some((value: unknown) => value !== false);

/** The part of `resizer.config.ts` that decides which URLs exist. You can pass the whole object. */
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

/** Options of a picture, whatever its size. */
export interface PictureOptions {
  /** Of a box. */
  fit?: Fit | undefined;
  /** Of a box, with `cover` or `contain`. */
  gravity?: Gravity | undefined;
  /** A whole number from 1 to 100; the nearest of `qualities` is used, and the default one if there are none. */
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
