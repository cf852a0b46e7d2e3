/** An answer of the local distribution, with its headers as AWS would send them. */
interface SentAnswer {
  /** Path and query as the viewer sent them. */
  url: string;
  headers: Readonly<Record<string, string>>;
}

/** URLs that are remembered, the latest ones. */
const MOST_URLS = 1_000;

/** What AWS would have said to browsers about keeping an answer, where the local distribution says something else. */
export class SentHeaders {
  readonly #cacheControls = new Map<string, string | undefined>();

  note({ url, headers }: SentAnswer): void {
    this.#cacheControls.delete(url);
    this.#cacheControls.set(url, headers['cache-control']);
    if (this.#cacheControls.size > MOST_URLS) this.#cacheControls.delete(this.#cacheControls.keys().next().value!);
  }

  /** Of the last answer to a URL; undefined where there was none. */
  cacheControlOf(url: string): string | undefined {
    return this.#cacheControls.get(url);
  }
}
