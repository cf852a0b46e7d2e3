import type { ViewerAnswer } from '../../playground/protocol';
import { type Answer, HttpClient, NoAnswer } from '../http';
import { TIMEOUT_MS } from '../distribution';
import { CLASSES } from '../warm/sizes';
import { whyOf } from '../why';
import { RequestError } from './request-error';

/** Of one answer; variants are smaller. */
const MAX_BYTES = 64 * 1024 * 1024;

export const CLASS_NAMES = Object.keys(CLASSES) as (keyof typeof CLASSES)[];

export interface ViewerOptions {
  /** Of every request, such as cookies. */
  headers?: Record<string, string>;
  /** Of the last answer of a local distribution to a path, as AWS would have sent it. */
  cacheControlOnAws?(path: string): string | undefined;
  /** Why what a path leads to has its format, as far as it is known. */
  reasonFor?(path: string, accept: string): string | undefined;
}

/** Asks a distribution as a browser does. */
export class Viewer {
  readonly #origin: string;
  readonly #client: HttpClient;
  readonly #options: ViewerOptions;

  /** @param origin of the distribution */
  constructor(origin: string, options: ViewerOptions = {}) {
    this.#origin = origin;
    this.#options = options;
    const { headers = {} } = options;
    this.#client = new HttpClient(origin, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, headers });
  }

  /**
   * Asks for a path with its query, and follows one redirect within the distribution.
   * @throws RequestError without an answer
   */
  async ask(path: string, target: keyof typeof CLASSES): Promise<{ answer: ViewerAnswer; body: Buffer }> {
    const accept = CLASSES[target];
    const headers = { accept };
    const startedAt = performance.now();
    try {
      let { answer, body } = await this.#read(path, headers);
      const redirect = this.#pathOf(answer.headers['location']);
      if (redirect !== undefined) ({ answer, body } = await this.#read(redirect, headers));
      const formatReason = this.#options.reasonFor?.(path, accept);
      return {
        answer: {
          status: answer.status,
          ...(await this.#asOnAws(redirect ?? path, answer.headers)),
          milliseconds: Math.round(performance.now() - startedAt),
          ...(redirect !== undefined && { redirect }),
          ...(formatReason !== undefined && { formatReason }),
        },
        body,
      };
    } catch (error) {
      throw new RequestError(502, sentenceFor(this.#origin, error), { cause: error });
    }
  }

  /** The headers with the `Cache-Control` of AWS, and the local one if it is different. */
  async #asOnAws(
    path: string,
    headers: Record<string, string>,
  ): Promise<Pick<ViewerAnswer, 'headers' | 'localCacheControl'>> {
    // The distribution reports an answer once it is sent, which is when it arrives here.
    await new Promise((resolve) => setImmediate(resolve));
    const here = headers['cache-control'];
    const onAws = this.#options.cacheControlOnAws?.(path);
    if (here === undefined || onAws === undefined || onAws === here) return { headers };
    return { headers: { ...headers, 'cache-control': onAws }, localCacheControl: here };
  }

  async #read(path: string, headers: Record<string, string>): Promise<{ answer: Answer; body: Buffer }> {
    const answer = await this.#client.ask(path, { headers });
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    return { answer, body: Buffer.concat(chunks) };
  }

  /** The path of a redirect within the distribution: no other host is asked. */
  #pathOf(location: string | undefined): string | undefined {
    if (location === undefined || !URL.canParse(location, this.#origin)) return undefined;
    const { origin, pathname, search } = new URL(location, this.#origin);
    return origin === new URL(this.#origin).origin ? pathname + search : undefined;
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function sentenceFor(origin: string, error: unknown): string {
  if (!(error instanceof NoAnswer)) return `${origin} does not answer: ${whyOf(error)}.`;
  return error.reason === 'timeout'
    ? `${origin} does not answer within ${TIMEOUT_MS / 1_000} s.`
    : `The answer has more than ${MAX_BYTES / 1024 ** 2} MiB.`;
}
