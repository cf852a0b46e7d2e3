import type { Format } from '../variant';
import { animationCost } from './encoders';
import type { Choice, RenderResult, Task } from './types';
import { clean } from './clean';

/**
 * Returns the cleaned original if it is already what was asked for and smaller than the result; else the result.
 */
export async function preferSmallerOriginal(outcome: RenderResult, task: Task): Promise<RenderResult> {
  if (outcome.frames !== task.header.pages || outcome.note) return outcome;
  const original = await passOn(task, outcome.frames);
  if (!original || original.data.length >= outcome.data.length) return outcome;
  return { ...original, note: 'the original, as it is smaller' };
}

/**
 * The cleaned original of an animation that is too costly to render, instead of its first frame.
 * @param why it is not rendered with all of its frames
 */
export async function passOnAnimation(task: Task, why: string): Promise<RenderResult | undefined> {
  const { kind, frames, width, height } = task.header;
  // The frames of a PNG are unpacked to find their ends.
  if (kind === 'png' && animationCost(frames, width, height) > task.settings.maxAnimationPixels) return undefined;
  const original = await passOn(task, frames);
  const note = `as it is: ${why}`;
  return original && { ...original, note, viewerNote: note };
}

const isFormatOf = (kind: string, { formats }: Choice): kind is Format => formats.some((format) => format === kind);

/** The cleaned original, if its format is one of the choice and its pixels need no change. */
async function passOn(task: Task, frames: number): Promise<RenderResult | undefined> {
  const { original, header, geometry, choice, operations } = task;
  const { kind, width, height, plain } = header;
  const isUnchanged = plain && !operations && !header.crop && geometry.width === width && geometry.height === height;
  if (!isUnchanged || !isFormatOf(kind, choice)) return undefined;
  const data = await clean(kind, original, frames > 1);
  return data && { data, format: kind, width, height, frames };
}
