import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../content';
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

const asSharp = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels }, limitInputPixels: false });

/** Pixels as sharp changes them, in colour. */
export async function transform(pixels: Pixels, change: (image: Sharp) => Sharp): Promise<Pixels> {
  const { data, info } = await change(asSharp(pixels))
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
