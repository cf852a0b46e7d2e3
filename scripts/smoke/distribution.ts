import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
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

  constructor(url: string) {
    this.url = url;
  }

  /** @throws Error where there is no answer in time */
  ask(path: string, { accept, method = 'GET', headers = {}, at = this.url }: Asking = {}): Promise<Answer> {
    const { protocol, hostname, port } = new URL(at);
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const options = {
        hostname,
        port,
        path,
        method,
        headers: { ...headers, ...(accept !== undefined && { accept }) },
        timeout: TIMEOUT_MS,
      };
      const request = send(options, (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode!, headers: response.headers as Answer['headers'], body }),
          reject,
        );
      });
      request.on('timeout', () => request.destroy(new Error(`no answer to ${path} in ${TIMEOUT_MS / 1_000} s`)));
      request.on('error', reject);
      request.end();
    });
  }
}
