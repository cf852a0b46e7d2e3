/** What a preset does to a picture. */
import type { Fit, Gravity } from '../../variant';
import type { Size } from '../../size';
import type { Pixels } from '../pixels';
import type { Compass } from './compass';

/** A picture that is laid over another. */
export interface Overlay {
  /** A PNG or an SVG: an absolute path, or one in the function's package. */
  file: string;
  gravity: Compass;
  /** Its width as a share of the picture's; missing for its own size. */
  scale?: number;
  /** From the edges of the picture, or between tiles: pixels at a ratio of 1. */
  margin: number;
  opacity: number;
  /** Repeated over the whole picture. */
  tile?: boolean;
}

/** The values of operations. Pixels are those at a ratio of 1. */
export interface Operations {
  /** By how much of 255 the colour of a border may differ from that of the top left pixel. */
  trim?: number;
  /** Degrees, clockwise. */
  rotate?: 90 | 180 | 270;
  flip?: boolean;
  flop?: boolean;
  greyscale?: boolean;
  modulate?: { brightness?: number; saturation?: number; hue?: number };
  /** Sigma in pixels. */
  blur?: number;
  /** Sigma in pixels of the output, whatever its ratio. */
  sharpen?: number;
  overlay?: Overlay;
  /** On each side, in pixels. */
  padding?: number;
  /** In pixels; `max` for half of the shorter side. */
  radius?: number | 'max';
}

export type OperationName = keyof Operations;

/** All that a preset with operations does, but for its format, which the target of the variant names. */
export interface PresetDefinition extends Size, Operations {
  fit: Fit;
  gravity?: Gravity;
  quality?: number;
  background?: string;
}

/** What operations depend on besides their own values. */
export interface Context {
  /** Pixels of this picture for one at a ratio of 1. */
  scale: number;
  background: string;
  /** Pixels of a picture that may be embedded in an SVG. */
  maxPixels: number;
}

/** What is done to a picture, or to each frame of an animation, which all have the same size. */
export type Step = (pixels: Pixels) => Promise<Pixels>;

/** An operation on the pixels of a variant that has its size already. */
export interface Operation {
  name: OperationName;
  /** @returns nothing where a preset does not have the operation */
  stepFor(operations: Operations, context: Context): Step | undefined;
}

/** A part of a picture, in pixels. */
export interface Box extends Required<Size> {
  left: number;
  top: number;
}

/** The operations of one variant. */
export interface OperationTask {
  definition: PresetDefinition;
  context: Context;
}
