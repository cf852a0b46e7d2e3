import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on 127.0.0.1. */
export interface HttpServer {
  port: number;
  /** Without a trailing slash. */
  url: string;
  /** Resolves once every received request is handled, even if its client has left. */
  idle(): Promise<void>;
  closeIdleConnections(): void;
  /** Stops listening, and breaks off open connections. */
  close(): Promise<void>;
}

/** Answers one request; never rejects. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Listens on 127.0.0.1.
 * @param port 0 for any free one
 * @throws the system's error if the port is not available
 */
export async function listen(handle: RequestHandler, port = 0): Promise<HttpServer> {
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const task = handle(request, response).finally(() => running.delete(task));
    running.add(task);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    port: actualPort,
    url: `http://127.0.0.1:${actualPort}`,
    idle: async () => {
      await Promise.all(running);
    },
    closeIdleConnections: () => server.closeIdleConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
