import type { ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A service's response, before it is sent. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** Sent with its Content-Length unless `isChunked`. */
  body?: string;
  isChunked?: boolean;
  /** In place of `body`; `headers` have its Content-Length. */
  stream?: Readable;
}

/**
 * Sends a reply, without its body for a HEAD.
 * @param isCut closes the connection half way through the body, or before the response if it has none
 */
export async function sendReply(reply: Reply, response: ServerResponse, { isCut = false } = {}): Promise<void> {
  const { status, headers = {}, body, isChunked, stream } = reply;
  const length = stream || isChunked || status === 304 || status === 204 ? undefined : Buffer.byteLength(body ?? '');
  response.writeHead(status, { ...(length !== undefined && { 'content-length': String(length) }), ...headers });
  const sentBody = response.req.method === 'HEAD' ? undefined : body;
  if (isCut) return sendHalf({ ...reply, body: sentBody ?? '' }, response);
  if (stream) {
    // A client may leave half way.
    await pipeline(stream, response).catch(() => undefined);
    return;
  }
  if (sentBody) response.write(sentBody);
  response.end();
}

async function sendHalf({ body = '', stream, headers }: Reply, response: ServerResponse): Promise<void> {
  if (body) response.write(body.slice(0, body.length / 2));
  if (stream) {
    let remaining = Math.floor(Number(headers?.['content-length'] ?? 0) / 2);
    const half = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const sent = chunk.subarray(0, remaining);
        remaining -= sent.length;
        done(null, sent);
      },
    });
    await pipeline(stream, half, response, { end: false }).catch(() => undefined);
  }
  // The socket has to flush before it is closed.
  setImmediate(() => response.req.socket.destroySoon());
}
