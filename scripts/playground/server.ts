/** The server of the playground: its page, and a small API for it alone. */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Failure } from '../../playground/protocol';
import { READING, refuseForeign } from './guard';
import { pageFiles } from './page';
import { RequestError } from './request-error';
import type { PlaygroundResizer } from './resizer';
import { handlerOf } from './routes';

export interface Playground {
  url: string;
  close(): Promise<void>;
}

/** The page may only load itself, its own blobs, and pictures of the distributions. */
const policyOf = (resizers: PlaygroundResizer[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: ${[...new Set(resizers.map(({ info }) => new URL(info.url).origin))].join(' ')}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/**
 * Serves the playground on 127.0.0.1.
 * @param port 0 for any free one
 * @throws Error of Node if the port is in use
 */
export async function startPlayground(resizers: PlaygroundResizer[], port: number): Promise<Playground> {
  const policy = policyOf(resizers);
  const api = handlerOf(resizers);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('content-security-policy', "default-src 'none'; sandbox");
    const refusal = refuseForeign(request, (server.address() as AddressInfo).port);
    if (refusal) throw new RequestError(refusal.status, refusal.error);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/api/')) return api(pathname, searchParams, request, response);
    const file = (await pageFiles()).get(pathname);
    if (!file || !READING.includes(request.method ?? '')) throw new RequestError(404, 'There is no such page.');
    response.setHeader('content-security-policy', policy);
    response.setHeader('content-type', file.contentType).end(file.body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => fail(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      // Pages that follow changes would keep their connections open.
      server.closeAllConnections();
      await closed;
      await Promise.all(resizers.map(({ viewer }) => viewer.close()));
    },
  };
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status = 500, message } = error as Partial<RequestError>;
  // The rest of the body is not read.
  response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: message ?? String(error) } satisfies Failure));
}
