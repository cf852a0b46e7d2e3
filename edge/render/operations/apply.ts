/** The operations on the pixels of a variant. `trim` comes before them, see `trim.ts`. */
import type { Metadata, Sharp } from 'sharp';
import type { Size } from '../../size';
import { type Pixels, asAnimation, pixelsOf } from '../pixels';
import { greyscale, modulate } from './colours';
import { padding, radius } from './frame';
import { overlay } from './overlay';
import { blur, sharpen } from './sharpness';
import { flip, flop, rotate } from './turn';
import type { Operation, OperationTask, PresetDefinition, Step } from './types';

/** In the order in which they are applied. */
export const OPERATIONS: readonly Operation[] = [
  rotate,
  flip,
  flop,
  greyscale,
  modulate,
  blur,
  sharpen,
  overlay,
  padding,
  radius,
];

/** Whether a preset does anything besides resizing. */
export const hasSteps = (definition: PresetDefinition): boolean =>
  definition.trim !== undefined || OPERATIONS.some(({ name }) => definition[name] !== undefined);

/** Applies operations to a still. */
export const operate = (pixels: Pixels, task: OperationTask | undefined): Promise<Pixels> =>
  task ? applySteps(stepsOf(task), pixels) : Promise.resolve(pixels);

/** An animation after its operations. */
export interface OperatedFrames extends Required<Size> {
  first: Pixels;
  /** All frames, with their delays and the number of times that they play. */
  image(): Sharp;
}

/**
 * Applies operations to each frame of an animation.
 * @param frames resized
 * @param timing delays and loops, in the metadata of the original
 */
export async function operateFrames(
  frames: Sharp,
  pages: number,
  timing: Metadata,
  task: OperationTask,
): Promise<OperatedFrames> {
  const { data, ...all } = await pixelsOf(frames.ensureAlpha());
  const frame = { ...all, height: all.height / pages };
  const bytes = data.length / pages;
  const steps = stepsOf(task);
  const done: Pixels[] = [];
  for (let at = 0; at < data.length; at += bytes) {
    done.push(await applySteps(steps, { ...frame, data: data.subarray(at, at + bytes) }));
  }
  const first = done[0]!;
  const { width, height } = first;
  const joined = { ...first, data: Buffer.concat(done.map((each) => each.data)), height: height * pages };
  return { width, height, first, image: () => asAnimation(joined, height, timing) };
}

const stepsOf = ({ definition, context }: OperationTask): Step[] =>
  OPERATIONS.flatMap((each) => each.stepFor(definition, context) ?? []);

async function applySteps(steps: Step[], pixels: Pixels): Promise<Pixels> {
  let done = pixels;
  for (const step of steps) done = await step(done);
  return done;
}
