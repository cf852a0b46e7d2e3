/** The operations on the pixels of a variant, in the order in which they are applied. `trim` comes before, see `trim.ts`. */
import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../content';
import { greyscale, modulate } from './colours';
import { padding, radius } from './frame';
import { overlay } from './overlay';
import { blur, sharpen } from './sharpness';
import { flip, flop, rotate } from './turn';
import type { Operation, OperationTask, PresetDefinition, Step } from './types';

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

/** Whether a preset does something to pixels, besides giving them a size. */
export const hasSteps = (definition: PresetDefinition): boolean =>
  definition.trim !== undefined || OPERATIONS.some(({ name }) => definition[name] !== undefined);

const stepsOf = ({ definition, context }: OperationTask): Step[] =>
  OPERATIONS.flatMap((each) => each.stepFor(definition, context) ?? []);

async function applySteps(steps: Step[], pixels: Pixels): Promise<Pixels> {
  let done = pixels;
  for (const step of steps) done = await step(done);
  return done;
}

/** A still after its operations. */
export const operate = (pixels: Pixels, task: OperationTask | undefined): Promise<Pixels> =>
  task ? applySteps(stepsOf(task), pixels) : Promise.resolve(pixels);

/** An animation after its operations. */
export interface OperatedFrames {
  width: number;
  height: number;
  first: Pixels;
  /** All frames, with their delays and the number of times that they play. */
  image(): Sharp;
}

/**
 * Does to each frame what is done to a still.
 * @param frames resized
 * @param source that says how long each is shown
 */
export async function operateFrames(frames: Sharp, source: Sharp, task: OperationTask): Promise<OperatedFrames> {
  const { delay, loop } = await source.metadata();
  const { data, info } = await frames.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const frame = { width: info.width, height: info.pageHeight ?? info.height, channels: 4 as const };
  const bytes = frame.width * frame.height * 4;
  const steps = stepsOf(task);
  const done: Pixels[] = [];
  for (let at = 0; at < data.length; at += bytes) {
    const pixels = await applySteps(steps, { ...frame, data: data.subarray(at, at + bytes) });
    done.push(pixels);
  }
  const { width, height, channels } = done[0]!;
  const joined = Buffer.concat(done.map((each) => each.data));
  const raw = { width, height: height * done.length, channels, pageHeight: height };
  const timing = { ...(delay && { delay }), ...(loop !== undefined && { loop }) };
  return {
    width,
    height,
    first: done[0]!,
    // The encoder's own options are added to these, whichever format it is for.
    image: () => sharp(joined, { raw, limitInputPixels: false }).webp(timing),
  };
}
