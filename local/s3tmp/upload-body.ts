import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { S3Error } from './s3-error';

/** Checksums that a put can carry. S3 User Guide: checking-object-integrity */
const ALGORITHMS = ['crc32', 'sha1', 'sha256'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

const UNSUPPORTED = ['crc32c', 'crc64nvme'];

/** Takes aws-chunked apart: `size[;extensions] CRLF bytes CRLF …`, then trailers. S3 API Reference: sigv4-streaming-trailers */
async function* dechunked(source: AsyncIterable<Buffer>, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  const iterator = source[Symbol.asyncIterator]();
  const more = async () => {
    const { done, value } = await iterator.next();
    if (done) throw new S3Error('IncompleteBody', 'The body ended before its last chunk.');
    pending = pending.length ? Buffer.concat([pending, value]) : value;
  };
  const line = async () => {
    let end: number;
    while ((end = pending.indexOf('\r\n')) < 0) await more();
    const text = pending.toString('latin1', 0, end);
    pending = pending.subarray(end + 2);
    return text;
  };
  for (;;) {
    let left = parseInt(await line(), 16);
    if (!(left >= 0)) throw new S3Error('IncompleteBody', 'A chunk has no size.');
    if (left === 0) break;
    while (left > 0) {
      if (!pending.length) await more();
      const part = pending.subarray(0, left);
      pending = pending.subarray(part.length);
      left -= part.length;
      yield part;
    }
    await line();
  }
  for (let text = await line(); text; text = await line()) {
    const [name = '', value = ''] = text.split(/:(.*)/s);
    trailers.set(name.toLowerCase().trim(), value.trim());
  }
}

/** A body on its way in, and what is to be checked once it is there. */
export interface UploadBody {
  stream: Readable;
  /** Call after the stream has ended. @throws S3Error if the body is not what its headers say */
  verify(md5: Buffer, size: number): Record<string, string>;
}

function digester(algorithm: Algorithm): { update(chunk: Buffer): void; digest(): string } {
  if (algorithm !== 'crc32') {
    const hash = createHash(algorithm);
    return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
  }
  let sum = 0;
  return {
    update: (chunk) => (sum = crc32(chunk, sum)),
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sum);
      return bytes.toString('base64');
    },
  };
}

function announced(headers: IncomingHttpHeaders): Algorithm | undefined {
  const names = [String(headers['x-amz-trailer'] ?? ''), ...Object.keys(headers)];
  if (UNSUPPORTED.some((each) => names.includes(`x-amz-checksum-${each}`))) {
    throw new S3Error('NotImplemented', `Checksums here are ${ALGORITHMS.join(', ')}.`);
  }
  return ALGORITHMS.find((algorithm) => names.includes(`x-amz-checksum-${algorithm}`));
}

/** Reads the body of a put, whichever way it is sent, and sums it up on the way. */
export function uploadBody(request: IncomingMessage): UploadBody {
  const { headers } = request;
  const declared = String(headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD');
  const chunked = declared.startsWith('STREAMING-');
  const trailers = new Map<string, string>();
  const algorithm = announced(headers);
  const sum = algorithm && digester(algorithm);
  const payload = /^[0-9a-f]{64}$/.test(declared) ? createHash('sha256') : undefined;
  const source: AsyncIterable<Buffer> = chunked ? dechunked(request, trailers) : request;
  async function* read() {
    for await (const chunk of source) {
      sum?.update(chunk);
      payload?.update(chunk);
      yield chunk;
    }
  }
  return {
    stream: Readable.from(read(), { objectMode: false }),
    verify: (md5, size) => {
      const length = headers['x-amz-decoded-content-length'] ?? (chunked ? undefined : headers['content-length']);
      if (length !== undefined && Number(length) !== size) {
        throw new S3Error('IncompleteBody', `The body has ${size} bytes, of ${String(length)}.`);
      }
      if (headers['content-md5'] && headers['content-md5'] !== md5.toString('base64')) {
        throw new S3Error('BadDigest', 'The Content-MD5 is not that of the body.');
      }
      if (payload && payload.digest('hex') !== declared) {
        throw new S3Error('XAmzContentSHA256Mismatch', 'The x-amz-content-sha256 is not that of the body.');
      }
      if (!algorithm || !sum) return {};
      const name = `x-amz-checksum-${algorithm}`;
      const computed = sum.digest();
      if ((trailers.get(name) ?? headers[name]) !== computed) {
        throw new S3Error('BadDigest', `The ${algorithm.toUpperCase()} is not that of the body.`);
      }
      return { [name]: computed };
    },
  };
}
