/** Presets with operations. */
import type { Fit, Gravity } from '../../variant';
import type { Size } from '../../size';
import type { Pixels } from '../pixels';
import type { Compass } from './compass';

/** A picture laid over another. */
export interface Overlay {
  /** A PNG or an SVG: an absolute path, or one in the function's package. */
  file: string;
  gravity: Compass;
  /** Its width as a share of the picture's; missing for its own size. */
  scale?: number;
  /** From the edges of the picture, or between tiles: in pixels at a ratio of 1. */
  margin: number;
  opacity: number;
  /** Repeated over the whole picture. */
  tile?: boolean;
}

/** The values of operations. Pixels are at a pixel ratio of 1. */
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

/** A preset with operations. Its format is missing: the target of the variant names it. */
export interface PresetDefinition extends Size, Operations {
  fit: Fit;
  gravity?: Gravity;
  quality?: number;
  background?: string;
}

/** What operations depend on besides their own values. */
export interface Context {
  /** Pixels of the picture for each pixel at a ratio of 1. */
  scale: number;
  background: string;
  /** Most pixels of a picture that is embedded in an SVG. */
  maxPixels: number;
}

/** A change of a picture, or of each frame of an animation, which all have the same size. */
export type Step = (pixels: Pixels) => Promise<Pixels>;

/** An operation on the pixels of a resized variant. */
export interface Operation {
  name: OperationName;
  /** @returns undefined if a preset does not have the operation */
  stepFor(operations: Operations, context: Context): Step | undefined;
}

/** The operations of one variant. */
export interface OperationTask {
  definition: PresetDefinition;
  context: Context;
}
