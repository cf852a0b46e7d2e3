import { type Dispatcher, Pool, errors } from 'undici';

/** An answer whose body has not been read. */
export interface Answer {
  status: number;
  /** Names are in lower case; repeated headers are joined with commas. */
  headers: Record<string, string>;
  body: AsyncIterable<Buffer>;
}

export interface HttpRequest {
  method?: Dispatcher.HttpMethod;
  headers?: Record<string, string>;
}

interface HttpOptions {
  /** For the whole answer, so that a trickling one ends, too. */
  timeoutMs: number;
  /** Limit of a body. */
  maxBytes: number;
  /** Sent with every request, such as cookies. */
  headers?: Record<string, string>;
}

/** There is no complete answer. */
export class NoAnswer extends Error {
  constructor(readonly reason: 'timeout' | 'TOO_LARGE') {
    super(reason);
  }
}

/**
 * Sends requests to one host over connections that stay open. Paths are sent exactly as written; redirects are not
 * followed.
 */
export class HttpClient {
  readonly #pool: Pool;
  readonly #timeoutMs: number;
  readonly #headers: Record<string, string>;

  /** @param origin such as `https://d111111abcdef8.cloudfront.net` */
  constructor(origin: string, { timeoutMs, maxBytes, headers = {} }: HttpOptions) {
    this.#timeoutMs = timeoutMs;
    this.#headers = headers;
    this.#pool = new Pool(origin, {
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: maxBytes,
    });
  }

  /** @throws NoAnswer for an answer that takes too long or is too large, also while the body is read; or a network error */
  async ask(path: string, { method = 'GET', headers = {} }: HttpRequest = {}): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const answer = await this.#pool.request({
        path,
        method,
        headers: { ...this.#headers, ...headers },
        signal,
      });
      return { status: answer.statusCode, headers: joined(answer.headers), body: translated(answer.body) };
    } catch (error) {
      throw reasonFor(error);
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

async function* translated(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw reasonFor(error);
  }
}

function reasonFor(error: unknown): unknown {
  if (error instanceof errors.ResponseExceededMaxSizeError) return new NoAnswer('TOO_LARGE');
  const isLate = /^(TimeoutError|HeadersTimeoutError|BodyTimeoutError|ConnectTimeoutError)$/.test(
    (error as Error).name,
  );
  return isLate ? new NoAnswer('timeout') : error;
}

const joined = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));

/** `Retry-After` is obeyed up to this time. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * How long `Retry-After` asks to wait, in milliseconds. 0 without the header, for a past date, and for other values. RFC 9110:
 * 10.2.3.
 * @param now milliseconds since the epoch
 */
export function retryAfterMs(value: string | undefined, now = Date.now()): number {
  const text = value?.trim() ?? '';
  const isDate = /^[A-Z][a-z]+,? .*\d\d:\d\d:\d\d/.test(text);
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : isDate ? Date.parse(text) - now : 0;
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, wait || 0));
}
