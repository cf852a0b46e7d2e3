import { type Answer, HttpClient, NoAnswer, retryAfterMs } from '../http';
import { servedBy } from '../x-cache';

/** Who made the answer: the renderer just now, S3, or the cache of CloudFront. */
export type Source = 'rendered' | 'stored' | 'cached';

/** The result of a request, after a redirect. `status` is 0 without an answer. */
export interface Outcome {
  status: number;
  /** Only for a delivered variant. */
  source?: Source;
  bytes: number;
  milliseconds: number;
  /** How long `Retry-After` asks to wait; 0 without one. */
  retryAfterMs: number;
  /** Why there is no variant: the answer's code, or what went wrong on the way. */
  reason: string;
}

/** An answer whose body has been read. */
type AnswerHead = Pick<Answer, 'status' | 'headers'>;

const MAX_REDIRECTS = 3;

/** More than any variant: 50 megapixels with four channels that nothing compresses. */
const MAX_BYTES = 256 * 2 ** 20;

/** Requests paths from a distribution, exactly as they are written, over connections that stay open. */
export class Requester {
  readonly #origin: string;
  readonly #client: HttpClient;

  /** @param headers of every request, such as cookies */
  constructor(url: string, timeoutMs: number, headers: Record<string, string> = {}) {
    this.#origin = new URL(url).origin;
    this.#client = new HttpClient(this.#origin, { timeoutMs, maxBytes: MAX_BYTES, headers });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Requests a path and reads the whole body. Never throws: no answer is an outcome, too. */
  async ask(path: string, accept: string): Promise<Outcome> {
    const began = performance.now();
    const received = { status: 0, bytes: 0 };
    const ended = await this.#follow(path, accept, received).catch((error: unknown) => failed(error, received.status));
    return { ...ended, bytes: received.bytes, milliseconds: performance.now() - began };
  }

  async #follow(path: string, accept: string, received: { status: number; bytes: number }): Promise<Result> {
    let next = path;
    for (let redirects = 0; ; redirects++) {
      received.status = 0;
      const { status, headers, body } = await this.#client.ask(next, { headers: { accept } });
      received.status = status;
      for await (const chunk of body) received.bytes += chunk.length;
      if (status !== 302 || redirects === MAX_REDIRECTS) return judge({ status, headers }, redirects > 0);
      const location = headers['location'] ?? '';
      const to = URL.canParse(location, this.#origin) ? new URL(location, this.#origin) : undefined;
      if (to?.origin !== this.#origin) return { status, retryAfterMs: 0, reason: 'REDIRECTED_ELSEWHERE' };
      next = to.pathname + to.search;
    }
  }
}

type Result = Omit<Outcome, 'bytes' | 'milliseconds'>;

/**
 * The outcome without a complete answer. One that is too large is final, with its status; others may succeed on a
 * retry.
 */
function failed(error: unknown, status: number): Result {
  if (error instanceof NoAnswer && error.reason === 'TOO_LARGE')
    return { status, retryAfterMs: 0, reason: error.reason };
  const { code, message } = error as NodeJS.ErrnoException;
  return { status: 0, retryAfterMs: 0, reason: code ?? message };
}

/** Only a variant that was just rendered and is too large for a function's response is a redirect. */
function sourceOf({ headers }: AnswerHead, isRedirected: boolean): Source {
  if (isRedirected) return 'rendered';
  // The header `x-resizer` is cached, too, so the cache comes first.
  const by = servedBy(headers);
  if (by === 'cache' || by === 'revalidation') return 'cached';
  return headers['x-resizer'] === 'rendered' ? 'rendered' : 'stored';
}

/** A refusal code of the functions; any other value is not theirs. */
const CODE = /^[A-Z][A-Z0-9_]{0,39}$/;

function judge(answer: AnswerHead, isRedirected: boolean): Result {
  const { status, headers } = answer;
  if (status === 200) return { status, source: sourceOf(answer, isRedirected), retryAfterMs: 0, reason: '' };
  const code = headers['x-resizer-error'] ?? '';
  return {
    status,
    retryAfterMs: retryAfterMs(headers['retry-after']),
    reason: CODE.test(code) ? code : `HTTP ${status}`,
  };
}
