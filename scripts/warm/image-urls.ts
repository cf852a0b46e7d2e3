import type { Grammar } from '../../edge/variant';
import { readUrl } from '../../edge/read-url';

const IMAGE_NAME = /\.(avif|gif|heic|jpe?g|png|svg|tiff?|webp)$/i;

/** Reads the keys of originals from URLs of images, and counts the others. */
export class ImageUrls {
  readonly #grammar: Grammar;
  readonly #host: string;
  readonly #hosts: ReadonlySet<string>;
  /** Images on other hosts, or of sizes that are not listed. */
  foreign = 0;

  /**
   * @param host of the distribution, as in URLs: with a port where it is not the usual one
   * @param others that are names of it, or of sites whose pages name images
   */
  constructor(grammar: Grammar, host: string, others: string[]) {
    this.#grammar = grammar;
    this.#host = host;
    this.#hosts = new Set([host, ...others]);
  }

  /** Whether what a sitemap names as a page is an image: the distribution has nothing else below the base, a site may have both. */
  isImage(url: URL): boolean {
    const isBelowBase = url.pathname.startsWith(`${this.#grammar.base}/`);
    return (url.host === this.#host && isBelowBase) || (this.#hosts.has(url.host) && IMAGE_NAME.test(url.pathname));
  }

  /** The key of the original, whatever the size in the URL; undefined, and counted, where there is none. */
  keyOf(url: string, base: string): string | undefined {
    const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
    if (parsed && this.#hosts.has(parsed.host)) {
      const requested = readUrl(this.#grammar, parsed.pathname, parsed.search.slice(1));
      if (requested) return requested.key;
    }
    this.foreign += 1;
    return undefined;
  }
}
