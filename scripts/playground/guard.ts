import type { IncomingMessage } from 'node:http';

/** Why a request is refused. */
interface Refusal {
  status: 403 | 421;
  error: string;
}

/** Methods that change nothing. */
export const READING = ['GET', 'HEAD'];

/**
 * Refuses requests that other sites make a browser send. With DNS rebinding, `Host` is another name. From a page of another
 * site, `Origin` and `Sec-Fetch-Site` are different; browsers send `Origin` with every request that changes something.
 * @param port of this server
 * @returns undefined for a request of the playground's own page, or of a program that is not a browser
 */
export function refuseForeign(
  { headers, method = 'GET', url = '' }: IncomingMessage,
  port: number,
): Refusal | undefined {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) return { status: 421, error: `This server only answers to ${hosts[0]}.` };
  const isApi = url.startsWith('/api/');
  if (origin === undefined ? !READING.includes(method) : origin !== `http://${host}`) {
    return { status: 403, error: 'Only the page of the playground may request this.' };
  }
  const site = headers['sec-fetch-site'] ?? 'none';
  if (isApi && site !== 'same-origin' && site !== 'none') {
    return { status: 403, error: 'Only the page of the playground may request this.' };
  }
  return undefined;
}
