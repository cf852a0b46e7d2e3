import type { Format } from '../../variant';
import { animationCost } from '../formats';
import type { Choice, Outcome, Task } from '../types';
import { clean } from '.';

/**
 * The original, cleaned, where it already is what was asked for and has fewer bytes than the outcome; else the outcome.
 */
export async function neverBigger(outcome: Outcome, task: Task): Promise<Outcome> {
  if (outcome.frames !== task.header.pages || outcome.note) return outcome;
  const original = await passOn(task, outcome.frames);
  if (!original || original.data.length >= outcome.data.length) return outcome;
  return { ...original, note: 'the original, as it is smaller' };
}

/**
 * An animation as it is, cleaned, in place of its first frame, where only its rendering is in the way.
 * @param why it is not rendered with all of its frames
 */
export async function passOnMoving(task: Task, why: string): Promise<Outcome | undefined> {
  const { kind, frames, width, height } = task.header;
  // The frames of a PNG are unpacked to find their ends.
  if (kind === 'png' && animationCost(frames, width, height) > task.settings.maxAnimationPixels) return undefined;
  const original = await passOn(task, frames);
  const note = `as it is: ${why}`;
  return original && { ...original, note, notice: note };
}

const isFormatOf = (kind: string, { formats }: Choice): kind is Format => formats.some((format) => format === kind);

/** The original, cleaned, where its format is one of a choice and its pixels are to stay as they are. */
async function passOn(task: Task, frames: number): Promise<Outcome | undefined> {
  const { original, header, geometry, choice, operations } = task;
  const { kind, width, height, plain } = header;
  const isUnchanged = plain && !operations && geometry.width === width && geometry.height === height;
  if (!isUnchanged || !isFormatOf(kind, choice)) return undefined;
  const data = await clean(kind, original, frames > 1);
  return data && { data, format: kind, width, height, frames };
}
