import type { IncomingHttpHeaders } from 'node:http';
import { Agent } from 'undici';

/** Who made the answer: the renderer just now, S3, or the cache of CloudFront. */
export type Source = 'rendered' | 'stored' | 'cached';

/** What came of one request, its redirect included. `status` is 0 where there was no answer. */
export interface Outcome {
  status: number;
  /** Missing unless the variant was delivered. */
  source?: Source;
  bytes: number;
  milliseconds: number;
  /** The answer's `Retry-After`, 0 without one. */
  retryAfterMs: number;
  /** Why there is no variant: the answer's code, or what went wrong on the way. */
  reason: string;
}

interface Drained {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: number;
}

const MAX_REDIRECTS = 3;

/** Asks a distribution for paths, exactly as they are written, over connections that stay open. */
export class Requester {
  readonly #origin: URL;
  readonly #agent = new Agent();
  readonly #timeoutMs: number;

  constructor(url: string, timeoutMs: number) {
    this.#origin = new URL(url);
    this.#timeoutMs = timeoutMs;
  }

  close(): void {
    void this.#agent.destroy();
  }

  /** Gets a path and reads its body to the end. Never throws: no answer is an outcome, too. */
  async ask(path: string, accept: string): Promise<Outcome> {
    const began = performance.now();
    let bytes = 0;
    let redirects = 0;
    try {
      let answer = await this.#drain(path, accept);
      bytes += answer.bytes;
      for (; answer.status === 302 && redirects < MAX_REDIRECTS; redirects++) {
        answer = await this.#drain(this.#pathOf(answer.headers.location), accept);
        bytes += answer.bytes;
      }
      return { ...judge(answer, redirects > 0), bytes, milliseconds: performance.now() - began };
    } catch (error) {
      const { name, code, message } = error as NodeJS.ErrnoException;
      const reason = name === 'TimeoutError' ? 'timeout' : (code ?? message);
      const milliseconds = performance.now() - began;
      return { status: 0, bytes, milliseconds, retryAfterMs: 0, reason };
    }
  }

  #pathOf(location: string | undefined): string {
    const to = new URL(location ?? '', this.#origin);
    if (to.host !== this.#origin.host) throw new Error('redirected to another host');
    return to.pathname + to.search;
  }

  async #drain(path: string, accept: string): Promise<Drained> {
    const { statusCode, headers, body } = await this.#agent.request({
      origin: this.#origin.origin,
      path,
      method: 'GET',
      headers: { accept },
      // For the whole answer: an idle timeout would let one that trickles go on for ever.
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length;
    return { status: statusCode, headers, bytes };
  }
}

/** Only what was just rendered and is too large for a function's answer is a redirect. */
function sourceOf({ headers }: Drained, isRedirected: boolean): Source {
  if (isRedirected) return 'rendered';
  // The header of a render is cached with it, so the cache is asked first.
  if (/^(Refresh)?Hit/i.test(String(headers['x-cache']))) return 'cached';
  return headers['x-resizer'] === 'rendered' ? 'rendered' : 'stored';
}

function judge(answer: Drained, isRedirected: boolean): Omit<Outcome, 'bytes' | 'milliseconds'> {
  const { status, headers } = answer;
  if (status === 200) return { status, source: sourceOf(answer, isRedirected), retryAfterMs: 0, reason: '' };
  const seconds = Number(headers['retry-after']);
  const code = headers['x-resizer-error'];
  return {
    status,
    retryAfterMs: seconds > 0 ? seconds * 1_000 : 0,
    reason: typeof code === 'string' ? code : `HTTP ${status}`,
  };
}
