import { readUrl } from '../../edge/read-url';
import { type Grammar, printVariant } from '../../edge/variant';
import { LatestMap } from './latest-map';

/** A line that a function has logged. */
interface Logged {
  /** Of the function. */
  name: string;
  message: string;
}

/** The part of a render's log line that is read here. */
interface RenderLine {
  key?: string;
  variant?: string;
  reason?: string;
  note?: string;
}

const MAX_VARIANTS = 10_000;

/** The reasons for the formats of this run's renders, from the log of the functions. */
export class FormatReasons {
  readonly #reasons = new LatestMap<string>(MAX_VARIANTS);

  note({ name, message }: Logged): void {
    const { key, variant, reason, note } = lineOf(message);
    const why = reason ?? note;
    if (key !== undefined && variant !== undefined && why !== undefined)
      this.#reasons.set(idOf(name, key, variant), why);
  }

  /**
   * @param renderer name of the rendering function
   * @param url path and query, in any form
   * @returns undefined for a variant that was not rendered in this run, or had no choice of format
   */
  reasonFor(renderer: string, grammar: Grammar, url: string, accept: string): string | undefined {
    const [path = '', query = ''] = url.split('?');
    // A variant that was rendered is listed, or had a valid signature.
    const wide = { ...grammar, isSigned: grammar.signed !== undefined };
    const requested = readUrl(wide, path, query, accept);
    return requested && this.#reasons.get(idOf(renderer, requested.key, printVariant(requested.variant)));
  }
}

const idOf = (renderer: string, key: string, variant: string): string => `${renderer} ${key}/${variant}`;

/** Empty for any other line. */
function lineOf(message: string): RenderLine {
  try {
    return JSON.parse(message) as RenderLine;
  } catch {
    return {};
  }
}
