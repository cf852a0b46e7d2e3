import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reply } from './call';
import type { S3Error } from './errors';
import { errorXml } from './xml';

/** An error as S3 writes it. */
export function errorReply({ code, message, status, details, headers }: S3Error, target: string): Reply {
  const resource = target.split('?', 1)[0] ?? '';
  return { status, headers, xml: errorXml({ Code: code, Message: message, Resource: resource, ...details }) };
}

/**
 * Sends an answer with the headers that S3 puts on every one. Errors go in chunks, without a length.
 *
 * @param cut breaks the connection half way through the body, or before the answer where it has none
 */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  { now, cut }: { now: number; cut: boolean },
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const hostId = randomBytes(48).toString('base64');
  const xml = reply.xml?.replace(/<\/Error>$/, `<RequestId>${requestId}</RequestId><HostId>${hostId}</HostId></Error>`);
  const body = request.method === 'HEAD' ? undefined : xml;
  response.writeHead(reply.status, {
    date: new Date(now).toUTCString(),
    server: 'AmazonS3',
    'x-amz-request-id': requestId,
    'x-amz-id-2': hostId,
    ...(xml !== undefined && { 'content-type': 'application/xml' }),
    ...(xml !== undefined && reply.status < 400 && { 'content-length': String(Buffer.byteLength(xml)) }),
    ...(xml === undefined && !reply.headers?.['content-length'] && reply.status === 200 && { 'content-length': '0' }),
    ...reply.headers,
  });
  if (cut) return sendHalf(request, response, reply, body);
  if (!reply.stream) {
    if (body !== undefined) response.write(body);
    response.end();
    return;
  }
  // A viewer that leaves half way is no failure of this server's.
  await pipeline(reply.stream, response).catch(() => undefined);
}

async function sendHalf(
  request: IncomingMessage,
  response: ServerResponse,
  { stream, headers }: Reply,
  body: string | undefined,
): Promise<void> {
  if (body !== undefined) response.write(body.slice(0, body.length / 2));
  if (stream) {
    let left = Math.floor(Number(headers?.['content-length'] ?? 0) / 2);
    const half = new Transform({
      transform(piece: Buffer, _encoding, done) {
        const kept = piece.subarray(0, left);
        left -= kept.length;
        done(null, kept);
      },
    });
    await pipeline(stream, half, response, { end: false }).catch(() => undefined);
  }
  // The socket has to have sent what it was given before it is closed.
  setImmediate(() => request.socket.destroySoon());
}
