/** Refusals in the words of the viewer-request function. */
import { MAX_LISTED } from '../../edge/grammar-constants';

/** @throws Error with this message */
export function fail(message: string): never {
  throw new Error(message);
}

/** Values as the end of a message. */
export const list = (values: readonly string[]): string =>
  values.slice(0, MAX_LISTED).join(', ') + (values[MAX_LISTED] ? ', ...' : '.');

/** @throws Error that lists the allowed values */
export const refuse = (name: string, usable: readonly string[], end = ''): never =>
  fail(`No such ${name} here. Allowed: ${list(usable)}${end}`);

/** @throws Error for a given value that is not one of these */
export const choose = (name: string, value: string | undefined, usable: readonly string[]): unknown =>
  value === undefined || usable.includes(value) || refuse(name, usable);

/** @throws Error for anything but a whole number from 1 to `most` */
export const checkWhole = (name: string, value: number, most: number): unknown =>
  (value % 1 === 0 && value > 0 && value <= most) || fail(`${name} is a whole number from 1 to ${most}.`);
