import { MAX_LISTED } from '../grammar-constants';
import { type Grammar } from '../variant';
import { type Size, distance, parseSize } from '../size';

/** A request that cannot be served, and the one line that tells the viewer why. */
export interface Refusal {
  status: 400 | 403 | 404;
  code: string;
  message: string;
}

/** Type guard for Refusal. */
export const isRefusal = (value: unknown): value is Refusal => Boolean(value && (value as Refusal).status);

/** Ends the reading of a request; `normalise` returns the refusal. */
export function refuse(status: Refusal['status'], code: string, message: string): never {
  // oxlint-disable-next-line only-throw-error -- the language has no classes, and nobody reads a stack here
  throw { status, code, message } satisfies Refusal;
}

export const badPath = (message: string): never => refuse(400, 'BAD_PATH', message);

export const badSize = (message: string): never => refuse(400, 'BAD_SIZE', message);

export const badOption = (message: string): never => refuse(400, 'BAD_OPTION', message);

/** Refuses an option that there is, but not here. */
export const notAllowed = (message: string): never => refuse(403, 'OPTION_NOT_ALLOWED', message);

/** Refuses an option of a variant, with all that are allowed. */
export function refuseOption(grammar: Grammar): never {
  const options = grammar.qualities.map(String).concat(grammar.fits, grammar.gravities, grammar.formats);
  return notAllowed('No such option of a variant here.' + allowed(options));
}

/** The sizes, nearest to the one that was asked for first, and the presets, as the end of a message. */
export function allowedSizes(grammar: Grammar, asked: Size): string {
  const presets = grammar.presets.map((preset) => preset.name);
  return (
    allowed(
      grammar.sizes.slice().sort((one, other) => distance(asked, parseSize(one)) - distance(asked, parseSize(other))),
    ) + (presets.length ? ' Presets: ' + list(presets) : '')
  );
}

export const allowed = (values: readonly string[]): string => ' Allowed: ' + list(values);

const list = (values: readonly string[]): string =>
  values.slice(0, MAX_LISTED).join(', ') + (values[MAX_LISTED] ? ', ...' : '.');
