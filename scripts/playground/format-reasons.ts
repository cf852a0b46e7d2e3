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

/** Why the renders of this run have their formats, as the functions have logged it. */
export class FormatReasons {
  readonly #reasons = new LatestMap<string>(MAX_VARIANTS);

  note({ name, message }: Logged): void {
    const { key, variant, reason, note } = lineOf(message);
    const why = reason ?? note;
    if (key !== undefined && variant !== undefined && why !== undefined)
      this.#reasons.set(idOf(name, key, variant), why);
  }

  /**
   * @param renderer name of the function that renders
   * @param url path and query, in whatever form
   * @returns undefined for what was not rendered in this run, and where there was no choice
   */
  reasonFor(renderer: string, grammar: Grammar, url: string, accept: string): string | undefined {
    const [path = '', query = ''] = url.split('?');
    // What was rendered was listed, or its signature held.
    const wide = { ...grammar, isSigned: grammar.signed !== undefined };
    const requested = readUrl(wide, path, query, accept);
    return requested && this.#reasons.get(idOf(renderer, requested.key, printVariant(requested.variant)));
  }
}

const idOf = (renderer: string, key: string, variant: string): string => `${renderer} ${key}/${variant}`;

/** Nothing for what is no line of a render. */
function lineOf(message: string): RenderLine {
  try {
    return JSON.parse(message) as RenderLine;
  } catch {
    return {};
  }
}
