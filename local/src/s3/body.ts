import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3_API } from '../../../edge/limits';
import type { ChunkSeed } from '../iam/signature';
import { CHECKSUM_ALGORITHMS, checksumHeader, findAlgorithm, startChecksum } from './checksums';
import type { ChecksumAlgorithm, StoredChecksum } from './checksums';
import { decodeChunks } from './chunked';
import { S3Error } from './errors';

/** A request's body before it is read. */
export interface IncomingBody {
  message: IncomingMessage;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  seed: ChunkSeed | undefined;
}

/** A body that was read and that matches what its headers claim. */
export interface ReceivedBody {
  bytes: number;
  /** Hex. */
  md5: string;
  checksum: StoredChecksum | undefined;
}

const STREAMING = /^STREAMING-(UNSIGNED-PAYLOAD|AWS4-HMAC-SHA256-PAYLOAD)(-TRAILER)?$/;

/**
 * Reads a body piece by piece into `sink`, decodes `aws-chunked`, and verifies length, payload hash, chunk signatures,
 * Content-MD5 and checksums.
 *
 * @throws S3Error; the sink may then have been given data that must not be kept
 */
export async function receiveBody(
  body: IncomingBody,
  sink: (piece: Buffer) => Promise<unknown> | void,
): Promise<ReceivedBody> {
  const { headers } = body;
  const expected = expectations(headers);
  const trailers = new Map<string, string>();
  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/.test(headers['x-amz-content-sha256'] ?? '') ? createHash('sha256') : undefined;
  const checksum = expected.algorithm && startChecksum(expected.algorithm);
  let bytes = 0;
  for await (const piece of decoded(body, trailers)) {
    bytes += piece.length;
    md5.update(piece);
    sha256?.update(piece);
    checksum?.update(piece);
    await sink(piece);
  }
  if (bytes !== expected.bytes) throw new S3Error('IncompleteBody');
  if (sha256 && sha256.digest('hex') !== headers['x-amz-content-sha256']) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
  const digest = md5.digest();
  checkMd5(headers['content-md5'], digest);
  const value = await checksum?.finish();
  if (expected.algorithm && value !== undefined) checkChecksum(expected.algorithm, value, headers, trailers);
  return {
    bytes,
    md5: digest.toString('hex'),
    checksum:
      expected.algorithm && value !== undefined
        ? { algorithm: expected.algorithm, value, type: 'FULL_OBJECT' }
        : undefined,
  };
}

/** Reads a small body, such as an XML document, as text. */
export async function receiveText(body: IncomingBody): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  await receiveBody(body, (piece) => {
    bytes += piece.length;
    if (bytes > LARGEST_DOCUMENT) throw new S3Error('MalformedXML');
    pieces.push(piece);
  });
  return Buffer.concat(pieces).toString('utf8');
}

/** A thousand keys of full length, escaped. */
const LARGEST_DOCUMENT = 8 * 1024 * 1024;

function decoded({ message, headers, seed }: IncomingBody, trailers: Map<string, string>): AsyncIterable<Buffer> {
  // Left early, the connection has to live on to carry the error.
  const raw = message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const kind = STREAMING.exec(headers['x-amz-content-sha256'] ?? '')?.[1];
  if (kind === undefined) return raw;
  return decodeChunks(raw, trailers, kind === 'UNSIGNED-PAYLOAD' ? undefined : seed);
}

function expectations(headers: Readonly<Record<string, string>>): {
  bytes: number;
  algorithm: ChecksumAlgorithm | undefined;
} {
  const payload = headers['x-amz-content-sha256'] ?? '';
  if (payload.startsWith('STREAMING-') && !STREAMING.test(payload)) {
    throw new S3Error('NotImplemented', { details: { Header: 'x-amz-content-sha256' } });
  }
  const length = headers[STREAMING.test(payload) ? 'x-amz-decoded-content-length' : 'content-length'];
  const bytes = length === undefined && headers['transfer-encoding'] === undefined ? 0 : Number(length ?? NaN);
  if (!Number.isSafeInteger(bytes)) throw new S3Error('MissingContentLength');
  if (bytes > S3_API.putBytes) throw new S3Error('EntityTooLarge');

  const present = CHECKSUM_ALGORITHMS.filter(
    (algorithm) =>
      headers[checksumHeader(algorithm)] !== undefined || headers['x-amz-trailer'] === checksumHeader(algorithm),
  );
  if (present.length > 1) {
    throw new S3Error('InvalidRequest', { message: 'Expecting a single x-amz-checksum- header' });
  }
  const announced = headers['x-amz-sdk-checksum-algorithm'];
  if (announced !== undefined && present[0] !== findAlgorithm(announced)) {
    throw new S3Error('InvalidRequest', {
      message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    });
  }
  return { bytes, algorithm: present[0] };
}

function checkMd5(claimed: string | undefined, digest: Buffer): void {
  if (claimed === undefined) return;
  const expected = Buffer.from(claimed, 'base64');
  if (expected.length !== digest.length) throw new S3Error('InvalidDigest');
  if (!expected.equals(digest)) throw new S3Error('BadDigest');
}

function checkChecksum(
  algorithm: ChecksumAlgorithm,
  value: string,
  headers: Readonly<Record<string, string>>,
  trailers: ReadonlyMap<string, string>,
): void {
  const name = checksumHeader(algorithm);
  if ((headers[name] ?? trailers.get(name)) !== value) {
    throw new S3Error('BadDigest', {
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    });
  }
}
