import type { Sharp } from 'sharp';
import { type Pixels, asSharp, pixelsOf } from '../pixels';
import type { Context, Operation, OperationName, Operations, Step } from './types';

/**
 * An operation, as one object.
 * @param prepare makes the step for a picture, or for each frame, from the value of the operation
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

/** Pixels after a change by sharp, in colour. */
export const transform = (pixels: Pixels, change: (image: Sharp) => Sharp): Promise<Pixels> =>
  pixelsOf(change(asSharp(pixels)));
