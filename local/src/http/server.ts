import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on 127.0.0.1. */
export interface HttpServer {
  port: number;
  /** Without a slash at the end. */
  url: string;
  /** Resolves once every request that has been received is handled, whether or not its client is still there. */
  idle(): Promise<void>;
  /** Closes the connections over which nothing is being asked, as servers do after some seconds. */
  closeIdleConnections(): void;
  /** Stops listening, and breaks off the connections that are open. */
  close(): Promise<void>;
}

/** Answers one request; never rejects. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Listens on 127.0.0.1.
 * @param port 0 for any that is free
 * @throws the system's error if the port cannot be had
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
