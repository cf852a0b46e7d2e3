import { buffer } from 'node:stream/consumers';
import { HttpClient, type HttpRequest, NoAnswer } from '../http';

/** An answer as it came over HTTP. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

interface RequestOptions {
  accept?: string;
  method?: HttpRequest['method'];
  headers?: Record<string, string>;
  /** Another URL of the distribution. */
  at?: string;
  /** Whether to leave out the signed cookies. */
  isStranger?: boolean;
}

/** More than any variant of the uploaded originals. */
const MAX_BYTES = 64 * 2 ** 20;

/** A distribution as viewers reach it. Paths are sent as written, without a URL parser's changes. */
export class DistributionUnderTest {
  readonly url: string;
  readonly #base: string;
  readonly #timeoutMs: number;
  readonly #headers: Record<string, string>;
  readonly #clients = new Map<string, HttpClient>();

  /**
   * @param base that all paths begin with
   * @param headers of every request, such as cookies
   */
  constructor(url: string, timeoutMs: number, base = '', headers: Record<string, string> = {}) {
    this.#headers = headers;
    this.url = url;
    this.#base = base;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws Error for an answer that takes too long or is too large */
  async ask(
    path: string,
    { accept, method, headers = {}, at = this.url, isStranger = false }: RequestOptions = {},
  ): Promise<Answer> {
    try {
      const answer = await this.#clientOf(at, isStranger).ask(this.#base + path, {
        ...(method && { method }),
        headers: { ...headers, ...(accept !== undefined && { accept }) },
      });
      return { ...answer, body: await buffer(answer.body) };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new Error(
        error.reason === 'timeout'
          ? `no answer to ${path} in ${this.#timeoutMs / 1_000} s`
          : `the answer to ${path} is larger than ${MAX_BYTES / 2 ** 20} MiB`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.close();
  }

  #clientOf(origin: string, isStranger: boolean): HttpClient {
    const id = `${origin} ${isStranger}`;
    const known = this.#clients.get(id);
    if (known) return known;
    const client = new HttpClient(origin, {
      timeoutMs: this.#timeoutMs,
      maxBytes: MAX_BYTES,
      headers: isStranger ? {} : this.#headers,
    });
    this.#clients.set(id, client);
    return client;
  }
}
