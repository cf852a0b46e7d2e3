import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { cacheTagOf } from '../cache-tag';
import type { OriginResponseSettings } from '../config/settings';
import { type Failure, failure } from '../failure';
import { type Focus, focusOf } from '../focus';
import { originMetadata } from '../original-version';
import { type VariantRequest, printVariant } from '../variant';
import type { Picture } from './answer';
import type { Bucket, Buckets } from './buckets';
import { errorCacheControl, variantCacheControl } from './cache-control';
import type { RenderLog } from './log';
import { notFoundMessage } from './not-found-message';
import { type Purpose, describeError, kindOf } from './s3-failure';
import { type StoredRefusal, expiryOf, parseRefusal, refusalMetadata } from './stored-refusal';

declare const SETTINGS: OriginResponseSettings;

/** A version of an original: its bytes, and its focal point, since metadata may change without them. */
export interface Version {
  etag: string;
  focus: Focus;
}

/** An original: its bytes, or why it is refused without being fetched. */
export interface Original extends Version {
  body: Buffer | Failure;
}

/** The buckets as one request uses them: within its time, with each failure in its log line. */
export class Store {
  readonly #buckets: Buckets;
  readonly #signal: AbortSignal;
  readonly #log: RenderLog;

  constructor(buckets: Buckets, signal: AbortSignal, log: RenderLog) {
    this.#buckets = buckets;
    this.#signal = signal;
    this.#log = log;
  }

  /**
   * Fetches a whole original, unless it is over the limit of bytes.
   * @returns as a failure `NOT_FOUND`, `UNREADABLE` (its owner has to do something) or `UNAVAILABLE`
   */
  async getOriginal(key: string): Promise<Original | Failure> {
    const { originals } = this.#buckets;
    const { maxBytes } = SETTINGS.render;
    try {
      const object = await this.#get(originals, originals.prefix + key);
      const version = { etag: (object.ETag ?? '').replaceAll('"', ''), focus: focusOf(object.Metadata) };
      const bytes = object.ContentLength ?? 0;
      if (bytes <= maxBytes) return { ...version, body: await this.#read(object) };
      (object.Body as { destroy?: () => void } | undefined)?.destroy?.();
      const message = `The original is ${bytes} bytes; up to ${maxBytes} are allowed.`;
      return { ...version, body: failure('TOO_LARGE', message) };
    } catch (error) {
      if (isMissing(error)) return failure('NOT_FOUND', notFoundMessage(SETTINGS.grammar, key));
      this.#report('GetObject', error, 'originals');
      if (kindOf(error) === 'unreadable') return failure('UNREADABLE', 'The originals cannot be read.');
      return failure('UNAVAILABLE', 'The originals cannot be reached now. Try again.');
    }
  }

  /** What is stored for a variant; undefined if nothing is, or S3 fails. */
  getVariant(requested: VariantRequest): Promise<Picture | StoredRefusal | undefined> {
    return this.#attempt('GetObject', async () => {
      const object = await this.#get(this.#buckets.variants, variantKey(requested));
      const body = await this.#read(object);
      const { ContentType: contentType = '', ETag: etag, Metadata = {} } = object;
      return parseRefusal(Metadata, etag) ?? { body, contentType, etag, viewerNote: Metadata['note'] };
    });
  }

  /** The refusal that is stored for a variant; undefined if there is none, or S3 fails. */
  headRefusal(requested: VariantRequest): Promise<StoredRefusal | undefined> {
    const { variants } = this.#buckets;
    return this.#attempt('HeadObject', async () => {
      const head = new HeadObjectCommand({ Bucket: variants.name, Key: variantKey(requested) });
      const { ETag, Metadata = {} } = await clientFor(variants).send(head, { abortSignal: this.#signal });
      return parseRefusal(Metadata, ETag);
    });
  }

  /** Stores a variant, whatever is there. @returns its ETag as S3 will send it; undefined if S3 fails */
  putVariant(requested: VariantRequest, original: Version, picture: Picture): Promise<string | undefined> {
    return this.#attempt('PutObject', async () => {
      const { ETag } = await this.#put(requested, original, {
        Body: picture.body,
        ContentType: picture.contentType,
        CacheControl: variantCacheControl(),
        ...(picture.viewerNote && { Metadata: { note: picture.viewerNote } }),
      });
      return ETag;
    });
  }

  /**
   * Stores that a variant cannot be made, but never in place of a picture. S3 User Guide: conditional-writes.
   * @param replaces ETag of the refusal that is there; undefined if nothing is stored
   * @returns `taken` if another request has stored something meanwhile
   */
  async putRefusal(
    requested: VariantRequest,
    original: Version,
    cause: Failure,
    replaces: string | undefined,
  ): Promise<'stored' | 'taken' | 'failed'> {
    const refusal = { failure: cause, rules: SETTINGS.refusalRules, expires: expiryOf(cause) };
    try {
      await this.#put(requested, original, {
        Body: `${cause.code}: ${cause.message}\n`,
        ContentType: 'text/plain; charset=utf-8',
        CacheControl: errorCacheControl(),
        Metadata: refusalMetadata(refusal),
        ...(replaces === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces }),
      });
      return 'stored';
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      // 409: another request is storing something at this moment. 404: what was to be replaced is gone.
      if (status === 412 || status === 409 || isMissing(error)) return 'taken';
      this.#report('PutObject', error, 'variants');
      return 'failed';
    }
  }

  /** Runs a request for a variant. @returns undefined if there is no such object, or S3 fails, which is logged */
  async #attempt<T>(operation: string, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (!isMissing(error)) this.#report(operation, error, 'variants');
      return undefined;
    }
  }

  #get(bucket: Bucket, key: string): Promise<GetObjectCommandOutput> {
    const get = new GetObjectCommand({ Bucket: bucket.name, Key: key });
    return clientFor(bucket).send(get, { abortSignal: this.#signal });
  }

  /** Reads a body. The signal also ends one that stalls. */
  async #read({ Body }: GetObjectCommandOutput): Promise<Buffer> {
    const bytes = await Promise.race([Body!.transformToByteArray(), aborted(this.#signal)]);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #put(
    requested: VariantRequest,
    { etag, focus }: Version,
    { Metadata, ...input }: Omit<PutObjectCommand['input'], 'Bucket' | 'Key'>,
  ) {
    const { variants } = this.#buckets;
    const put = new PutObjectCommand({
      ...input,
      Bucket: variants.name,
      Key: variantKey(requested),
      Metadata: { 'cache-tag': tagOf(requested.key), ...originMetadata(etag, focus.point), ...Metadata },
    });
    return clientFor(variants).send(put, { abortSignal: this.#signal });
  }

  #report(operation: string, error: unknown, purpose: Purpose): void {
    this.#log.s3Failures.push(describeError(operation, error, this.#buckets[purpose], purpose));
  }
}

/** The key in the variants bucket: the canonical path, not encoded, below the generation. */
export const variantKey = ({ key, variant }: VariantRequest): string =>
  `${SETTINGS.generation}${SETTINGS.grammar.base}/${key}/${printVariant(variant)}`;

/** The cache tag of an original. */
export const tagOf = (key: string): string => cacheTagOf(SETTINGS.grammar.base, key);

const clients = new Map<string, S3Client>();

/** The client of a region; kept, so that its connections are used again. */
function clientFor({ region }: Bucket): S3Client {
  // Checksums of whole originals would be computed in JavaScript; TLS and Content-Length already guard the bytes.
  const client =
    clients.get(region) ?? new S3Client({ region, maxAttempts: 2, responseChecksumValidation: 'WHEN_REQUIRED' });
  clients.set(region, client);
  return client;
}

const isMissing = (error: unknown): boolean => kindOf(error) === 'missing';

/** Rejects when the signal aborts. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
