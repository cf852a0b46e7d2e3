import { type Dispatcher, Pool, errors } from 'undici';

/** An answer whose body is still to come. */
export interface Answer {
  status: number;
  /** Names in lower case; values that were sent more than once, with commas between them. */
  headers: Record<string, string>;
  body: AsyncIterable<Buffer>;
}

export interface HttpRequest {
  method?: Dispatcher.HttpMethod;
  headers?: Record<string, string>;
}

interface HttpOptions {
  /** For a whole answer: one that trickles ends, too. */
  timeoutMs: number;
  /** Bytes of a body. */
  maxBytes: number;
  /** Of every request, such as cookies. */
  headers?: Record<string, string>;
}

/** Why there is no whole answer. */
export class NoAnswer extends Error {
  constructor(readonly reason: 'timeout' | 'TOO_LARGE') {
    super(reason);
  }
}

/** Asks one host, over connections that stay open, for paths exactly as they are written. Follows no redirect. */
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

  /** @throws NoAnswer where it takes too long or gets too large, here or while the body is read; else what the network says */
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

/** `Retry-After` is obeyed up to so long, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * How long `Retry-After` asks to wait, in milliseconds: 0 without one, for a date that has passed and for what is neither
 * seconds nor a date. RFC 9110: 10.2.3.
 * @param now milliseconds since the epoch
 */
export function retryAfterMs(value: string | undefined, now = Date.now()): number {
  const text = value?.trim() ?? '';
  const isDate = /^[A-Z][a-z]+,? .*\d\d:\d\d:\d\d/.test(text);
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : isDate ? Date.parse(text) - now : 0;
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, wait || 0));
}
