import type { Format } from '../../variant';
import type { Detail } from './detail';

/** What the quality on mozjpeg's scale has to be for the looks of the one that was asked for. */
export interface Formula {
  asked: number;
  /** Never less and never more. */
  bounds: [number, number];
  constant: number;
  weights: Record<keyof Detail, number>;
}

/** By format; by rising quality. */
export type Formulas = Partial<Record<Format, Formula[]>>;

/** From where to where the photographs went that formulas were fitted to. */
export type Ranges = Record<keyof Detail, [number, number]>;
