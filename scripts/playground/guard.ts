import type { IncomingMessage } from 'node:http';

/** Where a request has come from, and whether it may. */
interface Refusal {
  status: 403 | 421;
  error: string;
}

/** What a page of any site can make a browser ask for without the playground's page knowing. */
export const READING = ['GET', 'HEAD'];

/**
 * Refuses what other sites make a browser send here. A name that was rebound to 127.0.0.1 is another `Host`; a page of
 * another site is another `Origin`, which browsers send with whatever changes something, and another `Sec-Fetch-Site`.
 * @param port of this server
 * @returns undefined for a request of the playground's own page, or of a program that is no browser and says where it goes
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
