import type { Sharp } from 'sharp';
import { type Pixels, asSharp, pixelsOf } from '../pixels';
import type { Context, Operation, OperationName, Operations, Step } from './types';

/**
 * An operation, as one object.
 * @param prepare makes of its value what is done to each frame
 */
export const operation = <Name extends OperationName>(
  name: Name,
  prepare: (value: NonNullable<Operations[Name]>, context: Context) => Step,
): Operation => ({
  name,
  stepFor(operations, context) {
    const value = operations[name];
    return value === undefined ? undefined : prepare(value, context);
  },
});

/** Pixels as sharp changes them, in colour. */
export const transform = (pixels: Pixels, change: (image: Sharp) => Sharp): Promise<Pixels> =>
  pixelsOf(change(asSharp(pixels)));
