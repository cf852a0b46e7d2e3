import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type Failure, failure } from '../failure';
import type { Bucket, Buckets } from './buckets';

/** An original's bytes, and the ETag that tells which version of it they are. */
export interface Original {
  body: Buffer;
  etag: string;
}

/** What is stored as a variant. */
export interface StoredVariant {
  key: string;
  body: Buffer;
  contentType: string;
  cacheControl: string;
  cacheTag: string;
  originalEtag: string;
}

const clients = new Map<string, S3Client>();

/** The client of a region; kept, so that its connections are used again. */
function clientFor({ region }: Bucket): S3Client {
  let client = clients.get(region);
  if (!client) {
    // Checksums of whole originals would be computed in JavaScript; TLS and Content-Length already guard the bytes.
    client = new S3Client({ region, maxAttempts: 2, responseChecksumValidation: 'WHEN_REQUIRED' });
    clients.set(region, client);
  }
  return client;
}

const unquoted = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

function failureOf(error: unknown): Failure {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const name = error instanceof Error ? error.name : '';
  if (status === 404 && name !== 'NoSuchBucket') return failure('NOT_FOUND', 'There is no original of this key.');
  if (status === 403 || status === 404) return failure('UNREADABLE', 'The originals cannot be read.');
  return failure('UNAVAILABLE', 'The originals cannot be reached now. Try again.');
}

/**
 * Fetches an original whole, unless it is over `maxBytes`.
 * @returns `NOT_FOUND`, `TOO_LARGE`, `UNREADABLE` (permissions, no such bucket) or `UNAVAILABLE` as a failure
 */
export async function getOriginal(
  { originals }: Buckets,
  key: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Original | Failure> {
  try {
    const object = await clientFor(originals).send(
      new GetObjectCommand({ Bucket: originals.name, Key: originals.prefix + key }),
      { abortSignal: signal },
    );
    const bytes = object.ContentLength ?? 0;
    if (bytes > maxBytes) {
      (object.Body as { destroy?: () => void } | undefined)?.destroy?.();
      return failure('TOO_LARGE', `The original is ${bytes} bytes; up to ${maxBytes} are allowed.`);
    }
    // A body that stalls is cut off with its request: the signal ends reading, too.
    const body = await Promise.race([object.Body!.transformToByteArray(), aborted(signal)]);
    return { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength), etag: unquoted(object.ETag) };
  } catch (error) {
    return failureOf(error);
  }
}

/** Stores a variant. @returns its ETag as S3 will send it, or undefined where it could not be stored */
export async function putVariant(
  { variants }: Buckets,
  variant: StoredVariant,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { ETag } = await clientFor(variants).send(
      new PutObjectCommand({
        Bucket: variants.name,
        Key: variant.key,
        Body: variant.body,
        ContentType: variant.contentType,
        CacheControl: variant.cacheControl,
        Metadata: { 'cache-tag': variant.cacheTag, 'original-etag': variant.originalEtag },
      }),
      { abortSignal: signal },
    );
    return ETag;
  } catch {
    return undefined;
  }
}

/** Rejects when the signal aborts. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
