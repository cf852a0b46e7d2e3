/** Refusals of the viewer-request function: its 400s, 403s and 404s. */
import { MAX_LISTED } from '../grammar-constants';
import { type Grammar } from '../variant';
import { type Size, distance, parseSize } from '../size';

/** Why a request cannot be served. The message is one line for the viewer. */
export interface Refusal {
  status: 400 | 403 | 404;
  code: string;
  message: string;
}

/** Type guard for Refusal. */
export const isRefusal = (value: unknown): value is Refusal => Boolean(value && (value as Refusal).status);

/** Stops reading a request: `normalise` catches the refusal and returns it. */
export function refuse(status: Refusal['status'], code: string, message: string): never {
  // oxlint-disable-next-line only-throw-error -- the language has no classes, and nobody reads a stack here
  throw { status, code, message } satisfies Refusal;
}

export const badPath = (message: string): never => refuse(400, 'BAD_PATH', message);

export const badSize = (message: string): never => refuse(400, 'BAD_SIZE', message);

export const badOption = (message: string): never => refuse(400, 'BAD_OPTION', message);

/** Refuses an option that exists but that this config does not allow. */
export const notAllowed = (message: string): never => refuse(403, 'OPTION_NOT_ALLOWED', message);

/** Refuses an option of a variant, and lists those that are allowed. */
export function refuseOption(grammar: Grammar): never {
  const options = grammar.qualities.map(String).concat(grammar.fits, grammar.gravities, grammar.formats);
  return notAllowed('No such option of a variant here.' + allowed(options));
}

/** The end of a message: the allowed sizes, nearest to the requested one first, and the presets. */
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
