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

/** Nobody waits for an answer for longer. */
const MOST_SECONDS = 600;

/** Seconds to wait for an answer. */
export function timeoutSeconds(text: string): number {
  const value = positive(text);
  if (value > MOST_SECONDS) throw new InvalidArgumentError(`It is ${MOST_SECONDS} at most.`);
  return value;
}
