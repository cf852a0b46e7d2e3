import type { ViewerAnswer } from '../../playground/protocol';
import { type Answer, HttpClient, NoAnswer } from '../http';
import { TIMEOUT_MS } from '../usage';
import type { SentHeaders } from './sent-headers';
import { CLASSES } from '../warm/sizes';
import { whyOf } from '../why';

/** Of one answer; variants are smaller. */
const MOST_BYTES = 64 * 1024 * 1024;

export const CLASS_NAMES = Object.keys(CLASSES) as (keyof typeof CLASSES)[];

/** There is no answer to show; the message says why. */
export class Unanswered extends Error {}

/** Asks a distribution as a browser does. */
export class Viewer {
  readonly #origin: string;
  readonly #client: HttpClient;
  readonly #sent: SentHeaders | undefined;

  /**
   * @param origin of the distribution
   * @param sent what AWS would have sent, of a local distribution
   */
  constructor(origin: string, sent?: SentHeaders) {
    this.#origin = origin;
    this.#sent = sent;
    this.#client = new HttpClient(origin, { timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES });
  }

  /**
   * Asks for a path with its query, and follows one redirect within the distribution.
   * @throws Unanswered
   */
  async ask(path: string, target: keyof typeof CLASSES): Promise<{ answer: ViewerAnswer; body: Buffer }> {
    const headers = { accept: CLASSES[target] };
    const startedAt = performance.now();
    try {
      let { answer, body } = await this.#read(path, headers);
      const redirect = this.#pathOf(answer.headers['location']);
      if (redirect !== undefined) ({ answer, body } = await this.#read(redirect, headers));
      return {
        answer: {
          status: answer.status,
          ...(await this.#asOnAws(redirect ?? path, answer.headers)),
          milliseconds: Math.round(performance.now() - startedAt),
          ...(redirect !== undefined && { redirect }),
        },
        body,
      };
    } catch (error) {
      throw new Unanswered(sentenceFor(this.#origin, error), { cause: error });
    }
  }

  /** The headers with the `Cache-Control` of AWS, and beside them that of this machine if it is another one. */
  async #asOnAws(
    path: string,
    headers: Record<string, string>,
  ): Promise<Pick<ViewerAnswer, 'headers' | 'localCacheControl'>> {
    // The distribution tells of an answer once it has been sent, which is when it arrives here.
    await new Promise((resolve) => setImmediate(resolve));
    const here = headers['cache-control'];
    const onAws = this.#sent?.cacheControlOf(path);
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
    : `The answer has more than ${MOST_BYTES / 1024 ** 2} MiB.`;
}
