import type { Choice, Format } from './choose';
import { isClean } from './clean';
import type { Outcome, Task } from './task';

const isFormatOf = (kind: string, { formats }: Choice): kind is Format => formats.some((format) => format === kind);

/**
 * The original itself, where it already is what was asked for, in a format that was asked for, holds nothing that must
 * not get out, and the outcome has more bytes; else the outcome.
 */
export function neverBigger(outcome: Outcome, { original, header }: Task, choice: Choice): Outcome {
  const { kind, width, height, pages } = header;
  const unchanged = outcome.width === width && outcome.height === height && outcome.frames === pages && header.plain;
  if (!unchanged || outcome.data.length <= original.length) return outcome;
  if (!isFormatOf(kind, choice) || !isClean(kind, original)) return outcome;
  return { ...outcome, data: original, format: kind, note: 'the original, as it is smaller' };
}
