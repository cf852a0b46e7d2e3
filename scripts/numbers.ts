import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError, as the parsers below, for what is no number above 0 */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || value === Infinity) throw new InvalidArgumentError('It is a number above 0.');
  return value;
}

/** A whole number from 1. */
export function whole(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It is a whole number from 1.');
  return value;
}

/** A parser for whole numbers from this one. */
export const wholeFrom =
  (min: number) =>
  (text: string): number => {
    const value = whole(text);
    if (value < min) throw new InvalidArgumentError(`It is ${min} at least.`);
    return value;
  };

/** Nobody waits for an answer for longer. */
const MAX_SECONDS = 600;

/** Seconds to wait for an answer. */
export function timeoutSeconds(text: string): number {
  const value = positive(text);
  if (value > MAX_SECONDS) throw new InvalidArgumentError(`It is ${MAX_SECONDS} at most.`);
  return value;
}
