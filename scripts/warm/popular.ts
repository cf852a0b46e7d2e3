import {
  type Grammar,
  type Variant,
  type Wanted,
  isRefusal,
  normalise,
  parsePath,
  printPath,
  printVariant,
} from '../../edge/grammar';
import type { LoggedRequest } from './access-log';
import { queryOf } from './image-urls';

/** Distinct variants of originals that are counted at once; ten times as many as are usefully asked for. */
const MOST_COUNTED = 200_000;

/** Counts of requests. When they are too many, those below the middle are forgotten. */
class Ranking<T> {
  #counts = new Map<string, { value: T; count: number }>();

  add(name: string, value: T): void {
    const known = this.#counts.get(name);
    if (known) known.count += 1;
    else this.#counts.set(name, { value, count: 1 });
    if (this.#counts.size > MOST_COUNTED) this.#forget();
  }

  top(most: number): T[] {
    return this.#ranked()
      .slice(0, most)
      .map(([, { value }]) => value);
  }

  /** Most requested first; of equals, by name, so that the outcome does not depend on the order of the logs. */
  #ranked() {
    return [...this.#counts].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
  }

  #forget(): void {
    this.#counts = new Map(this.#ranked().slice(0, MOST_COUNTED / 2));
  }
}

/** Which class of viewers asked is not in the logs: `auto` stands for all. */
function wantedOf(grammar: Grammar, { path, query }: LoggedRequest): Wanted | undefined {
  const canonical = normalise(grammar, path, queryOf(query), '');
  return isRefusal(canonical) ? undefined : parsePath(grammar, canonical);
}

/** The variants that were asked for most, whatever the original. */
export async function popularVariants(
  grammar: Grammar,
  requests: AsyncIterable<LoggedRequest>,
  most: number,
): Promise<Variant[]> {
  const ranking = new Ranking<Variant>();
  for await (const request of requests) {
    const variant = wantedOf(grammar, request)?.variant;
    if (variant) ranking.add(printVariant(variant), variant);
  }
  return ranking.top(most);
}

/** The variants of single originals that were asked for most. */
export async function popularUrls(
  grammar: Grammar,
  requests: AsyncIterable<LoggedRequest>,
  most: number,
): Promise<Wanted[]> {
  const ranking = new Ranking<Wanted>();
  for await (const request of requests) {
    const wanted = wantedOf(grammar, request);
    if (wanted) ranking.add(printPath(wanted), wanted);
  }
  return ranking.top(most);
}
