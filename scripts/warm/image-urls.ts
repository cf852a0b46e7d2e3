import type { Grammar } from '../../edge/grammar';
import { wantedOf } from '../../edge/wanted';

/** Reads the keys of originals from URLs of images, and counts the others. */
export class ImageUrls {
  readonly #grammar: Grammar;
  readonly #hosts: ReadonlySet<string>;
  /** Images on other hosts, or of sizes that are not listed. */
  foreign = 0;

  /** @param hosts as in URLs, with a port where it is not the usual one */
  constructor(grammar: Grammar, hosts: string[]) {
    this.#grammar = grammar;
    this.#hosts = new Set(hosts);
  }

  isHere(url: URL): boolean {
    return this.#hosts.has(url.host);
  }

  /** The key of the original, whatever the size in the URL; undefined, and counted, where there is none. */
  keyOf(url: string, base: string): string | undefined {
    const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
    if (parsed && this.isHere(parsed)) {
      const wanted = wantedOf(this.#grammar, parsed.pathname, parsed.search.slice(1));
      if (wanted) return wanted.key;
    }
    this.foreign += 1;
    return undefined;
  }
}
