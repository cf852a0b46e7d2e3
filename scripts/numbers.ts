/** Numbers on the command line, and in what commands print. */
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError unless it is a number above 0; the other parsers throw likewise */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || value === Infinity) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** A whole number from 1. */
export function parseWhole(text: string): number {
  const value = parsePositive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}

/** A parser for whole numbers from `min`. */
export const parseWholeFrom =
  (min: number) =>
  (text: string): number => {
    const value = parseWhole(text);
    if (value < min) throw new InvalidArgumentError(`Expected ${min} or more.`);
    return value;
  };

const MAX_SECONDS = 600;

/** Seconds that one answer may take. */
export function parseTimeout(text: string): number {
  const value = parsePositive(text);
  if (value > MAX_SECONDS) throw new InvalidArgumentError(`Expected ${MAX_SECONDS} at most.`);
  return value;
}

/** A rounded number with separators: `12,345`. */
export const printCount = (value: number): string => Math.round(value).toLocaleString('en');
