import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3_API } from '../../../edge/limits';
import type { ChunkSeed } from '../iam/signature';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  type StoredChecksum,
  checksumHeader,
  findAlgorithm,
  startChecksum,
} from './checksums';
import { decodeChunks } from './chunked';
import { S3Error } from './errors';

/** An unread body. */
export interface IncomingBody {
  message: IncomingMessage;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  seed: ChunkSeed | undefined;
}

/** A body that was read and verified. */
export interface ReceivedBody {
  bytes: number;
  /** Hex. */
  md5: string;
  checksum: StoredChecksum | undefined;
}

const STREAMING = /^STREAMING-(UNSIGNED-PAYLOAD|AWS4-HMAC-SHA256-PAYLOAD)(-TRAILER)?$/;

/** A thousand keys of full length, escaped. */
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/**
 * Reads a body into `sink`, decodes `aws-chunked`, and verifies length, payload hash, chunk signatures, Content-MD5 and
 * checksum.
 *
 * @throws S3Error; the data in the sink is then to be discarded
 */
export async function receiveBody(
  body: IncomingBody,
  sink: (piece: Buffer) => Promise<unknown> | void,
): Promise<ReceivedBody> {
  const { headers } = body;
  const declared = declaredBody(headers);
  const trailers = new Map<string, string>();
  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/.test(headers['x-amz-content-sha256'] ?? '') ? createHash('sha256') : undefined;
  const checksum = declared.algorithm && startChecksum(declared.algorithm);
  let bytes = 0;
  for await (const piece of decodedBody(body, trailers)) {
    bytes += piece.length;
    md5.update(piece);
    sha256?.update(piece);
    checksum?.update(piece);
    await sink(piece);
  }
  if (bytes !== declared.bytes) throw new S3Error('IncompleteBody');
  if (sha256 && sha256.digest('hex') !== headers['x-amz-content-sha256']) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
  const digest = md5.digest();
  checkMd5(headers['content-md5'], digest);
  const value = await checksum?.finish();
  const { algorithm } = declared;
  const md5Hex = digest.toString('hex');
  if (!algorithm || value === undefined) return { bytes, md5: md5Hex, checksum: undefined };
  checkChecksum(algorithm, value, headers, trailers);
  return { bytes, md5: md5Hex, checksum: { algorithm, value, type: 'FULL_OBJECT' } };
}

/** Reads an XML document. @throws S3Error, `MalformedXML` if it is too large */
export async function receiveText(body: IncomingBody): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  await receiveBody(body, (piece) => {
    bytes += piece.length;
    if (bytes > MAX_DOCUMENT_BYTES) throw new S3Error('MalformedXML');
    pieces.push(piece);
  });
  return Buffer.concat(pieces).toString('utf8');
}

function decodedBody({ message, headers, seed }: IncomingBody, trailers: Map<string, string>): AsyncIterable<Buffer> {
  // The connection has to stay open for an error response.
  const raw = message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const kind = STREAMING.exec(headers['x-amz-content-sha256'] ?? '')?.[1];
  if (kind === undefined) return raw;
  return decodeChunks(raw, trailers, kind === 'UNSIGNED-PAYLOAD' ? undefined : seed);
}

/** The length and checksum algorithm that the headers declare. */
function declaredBody(headers: Readonly<Record<string, string>>): {
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
