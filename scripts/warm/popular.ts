import { printPath } from '../../edge/path';
import { type Grammar, type Variant, type VariantRequest, printVariant } from '../../edge/variant';
import { readUrl } from '../../edge/read-url';
import type { LoggedRequest } from './access-logs';

/** Distinct variants that are counted at once: ten times as many as anybody needs. */
const MAX_COUNTED = 200_000;

/** Counts of requests. If there are too many, the lower half is dropped. */
class Ranking<T> {
  #counts = new Map<string, { value: T; count: number }>();

  add(name: string, value: T): void {
    const known = this.#counts.get(name);
    if (known) known.count += 1;
    else this.#counts.set(name, { value, count: 1 });
    if (this.#counts.size > MAX_COUNTED) this.#forget();
  }

  top(most: number): T[] {
    return this.#ranked()
      .slice(0, most)
      .map(([, { value }]) => value);
  }

  /** Most requested first, then by name, so that the result does not depend on the order of the logs. */
  #ranked() {
    return [...this.#counts].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
  }

  #forget(): void {
    this.#counts = new Map(this.#ranked().slice(0, MAX_COUNTED / 2));
  }
}

/** Counts logged requests by a text, and returns the most frequent ones. */
async function mostRequested<T>(
  grammar: Grammar,
  requests: AsyncIterable<LoggedRequest>,
  most: number,
  pick: (requested: VariantRequest) => [text: string, value: T],
): Promise<T[]> {
  const ranking = new Ranking<T>();
  for await (const request of requests) {
    // The logs do not show the class of a viewer: `auto` stands for all.
    const requested = readUrl(grammar, request.path, request.query);
    if (requested) ranking.add(...pick(requested));
  }
  return ranking.top(most);
}

/** The most requested variants, whatever the original. */
export const popularVariants = (
  grammar: Grammar,
  requests: AsyncIterable<LoggedRequest>,
  most: number,
): Promise<Variant[]> => mostRequested(grammar, requests, most, ({ variant }) => [printVariant(variant), variant]);

/** The most requested variants of single originals. */
export const popularUrls = (
  grammar: Grammar,
  requests: AsyncIterable<LoggedRequest>,
  most: number,
): Promise<VariantRequest[]> =>
  mostRequested(grammar, requests, most, (requested) => [printPath(grammar, requested), requested]);
