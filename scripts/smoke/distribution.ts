import { Agent } from 'undici';
import { TIMEOUT_MS } from '../usage';

/** An answer as it came over HTTP. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface Asking {
  accept?: string;
  method?: string;
  headers?: Record<string, string>;
  /** The URL of the distribution, when it is not the one of the run. */
  at?: string;
}

/** A distribution as viewers reach it. Paths go out as they are written, without what a URL parser would make of them. */
export class DistributionUnderTest {
  readonly url: string;
  readonly #agent = new Agent();

  constructor(url: string) {
    this.url = url;
  }

  /** @throws Error where there is no answer in time */
  async ask(path: string, { accept, method = 'GET', headers = {}, at = this.url }: Asking = {}): Promise<Answer> {
    try {
      const answer = await this.#agent.request({
        origin: new URL(at).origin,
        path,
        method,
        headers: { ...headers, ...(accept !== undefined && { accept }) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = Buffer.from(await answer.body.arrayBuffer());
      return { status: answer.statusCode, headers: answer.headers as Answer['headers'], body };
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') throw error;
      throw new Error(`no answer to ${path} in ${TIMEOUT_MS / 1_000} s`, { cause: error });
    }
  }
}
