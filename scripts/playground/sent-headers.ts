import { LatestMap } from './latest-map';

/** An answer of the local distribution, with its headers as AWS would send them. */
interface SentAnswer {
  /** Path and query as the viewer sent them. */
  url: string;
  headers: Readonly<Record<string, string>>;
}

const MAX_URLS = 1_000;

/** The `Cache-Control` that AWS would have sent, if the local distribution sends another one. */
export class SentHeaders {
  readonly #cacheControls = new LatestMap<string | undefined>(MAX_URLS);

  note({ url, headers }: SentAnswer): void {
    this.#cacheControls.set(url, headers['cache-control']);
  }

  /** Of the last answer to a URL, if any. */
  cacheControlOf(url: string): string | undefined {
    return this.#cacheControls.get(url);
  }
}
