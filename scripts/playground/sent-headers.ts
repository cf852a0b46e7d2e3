import { LatestMap } from './latest-map';

/** An answer of the local distribution, with its headers as AWS would send them. */
interface SentAnswer {
  /** Path and query as the viewer sent them. */
  url: string;
  headers: Readonly<Record<string, string>>;
}

const MAX_URLS = 1_000;

/** What AWS would have said to browsers about keeping an answer, where the local distribution says something else. */
export class SentHeaders {
  readonly #cacheControls = new LatestMap<string | undefined>(MAX_URLS);

  note({ url, headers }: SentAnswer): void {
    this.#cacheControls.set(url, headers['cache-control']);
  }

  /** Of the last answer to a URL; undefined where there was none. */
  cacheControlOf(url: string): string | undefined {
    return this.#cacheControls.get(url);
  }
}
