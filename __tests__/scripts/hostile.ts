import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server whose answers are up to a test. */
export interface Hostile {
  url: string;
  host: string;
  /** Paths that were asked for, in order. */
  asked: string[];
  close(): Promise<void>;
}

/** Answers `/` as a distribution of this project does, and everything else as it is told to. */
export async function hostile(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Hostile> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    if (request.url === '/') response.writeHead(404, { 'x-resizer-error': 'NOT_FOUND' }).end();
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A body without an end, as fast as it is read. */
export function endless(response: ServerResponse, chunk: Buffer = Buffer.alloc(2 ** 20)): void {
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

/** A body that trickles for ever. */
export function slow(response: ServerResponse): void {
  const timer = setInterval(() => response.write('.'), 20);
  response.once('close', () => clearInterval(timer));
}

/** What a terminal would obey: an escape sequence, its C1 form, a reversal of direction, a line's end. */
export const EVIL = '\u001b[2J\u009b31m\u202egpj\u2028\u0007';

/** What of a text a terminal obeys, ends of lines apart. */
export const obeyed = (text: string): string[] =>
  text.match(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g) ?? [];
