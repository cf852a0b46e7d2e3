import type { Grammar } from '../../edge/variant';
import { readUrl } from '../../edge/read-url';

const IMAGE_NAME = /\.(avif|gif|heic|jpe?g|png|svg|tiff?|webp)$/i;

/** Reads the keys of originals from image URLs, and counts other URLs. */
export class ImageUrls {
  readonly #grammar: Grammar;
  readonly #host: string;
  readonly #hosts: ReadonlySet<string>;
  /** Images on other hosts, or of sizes that are not listed. */
  foreign = 0;

  /**
   * @param host of the distribution, as in URLs, with a port if it is not the default one
   * @param others further names of it, or of sites whose pages are read
   */
  constructor(grammar: Grammar, host: string, others: string[]) {
    this.#grammar = grammar;
    this.#host = host;
    this.#hosts = new Set([host, ...others]);
  }

  /**
   * Whether a page of a sitemap is in fact an image: the distribution has only images below the base, a site may have
   * both.
   */
  isImage(url: URL): boolean {
    const isBelowBase = url.pathname.startsWith(`${this.#grammar.base}/`);
    return (url.host === this.#host && isBelowBase) || (this.#hosts.has(url.host) && IMAGE_NAME.test(url.pathname));
  }

  /** The key of the original, whatever the size in the URL; undefined for other URLs, which are counted. */
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
