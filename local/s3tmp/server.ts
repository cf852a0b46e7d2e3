import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import parseRange from 'range-parser';
import { S3 } from '../../edge/limits';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import { type Principal, describePrincipal, evaluate } from '../iam/evaluate';
import type { Statement } from '../iam/policy';
import { checkRead, checkWrite } from './conditions';
import { listObjects } from './list';
import { type ObjectHead, ObjectStore } from './object-store';
import { S3Error, type S3ErrorCode, toXml } from './s3-error';
import { type Identity, authenticate } from './signature';
import { uploadBody } from './upload-body';

export interface S3Bucket {
  name: string;
  region: string;
  policy: readonly Statement[];
}

export interface S3Options {
  /** Folder that keeps the buckets. */
  directory: string;
  buckets: readonly S3Bucket[];
  /** By access key. */
  identities: ReadonlyMap<string, Identity>;
  clock: Clock;
  faults: Faults;
  log(line: string): void;
}

/** A request that was answered, for tests and logs. */
export interface Access {
  principal: string;
  action: string;
  bucket: string;
  key: string;
  status: number;
}

/** Headers of a put that a get sends back. S3 API Reference: PutObject */
const KEPT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** Path style: `/bucket/key`. A plus is a space in S3's paths, so a key's plus has to come as %2B. */
function addressOf(url: string): { bucket: string; key: string; query: URLSearchParams } {
  const [path = '/', search = ''] = url.split(/\?(.*)/s);
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path)!;
  return { bucket, key: decodeURIComponent(key.replaceAll('+', ' ')), query: new URLSearchParams(search) };
}

const actionOf = (method: string, key: string): string => {
  if (!key) return 's3:ListBucket';
  if (method === 'PUT') return 's3:PutObject';
  return method === 'DELETE' ? 's3:DeleteObject' : 's3:GetObject';
};

/** S3 on this machine: the operations that the product's functions and scripts use, with S3's permissions. */
export class LocalS3 {
  /** Every request since the last time that somebody emptied it. */
  readonly accesses: Access[] = [];
  readonly #options: S3Options;
  readonly #stores: ReadonlyMap<string, ObjectStore>;
  #server: Server | undefined;

  private constructor(options: S3Options, stores: ReadonlyMap<string, ObjectStore>) {
    this.#options = options;
    this.#stores = stores;
  }

  /** Opens the buckets and listens on a free port of 127.0.0.1. */
  static async start(options: S3Options): Promise<LocalS3> {
    const stores = await Promise.all(
      options.buckets.map(async ({ name }) => [name, await ObjectStore.open(join(options.directory, name))] as const),
    );
    const s3 = new LocalS3(options, new Map(stores));
    s3.#server = createServer({ requestTimeout: 0 }, (request, response) => void s3.#serve(request, response));
    await new Promise<void>((resolve) => s3.#server!.listen(0, '127.0.0.1', resolve));
    return s3;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server!.address() as { port: number }).port}`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server?.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('server', 'AmazonS3');
    response.setHeader('x-amz-request-id', randomUUID());
    try {
      await this.#answer(request, response);
    } catch (error) {
      this.#refuse(request, response, error);
    }
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    request.resume();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const refusal =
      error instanceof S3Error ? error : new S3Error('InternalError', 'We encountered an internal error.');
    if (!(error instanceof S3Error)) {
      this.#options.log(`s3: ${error instanceof Error ? error.stack : String(error)}`);
    }
    response.statusCode = refusal.status;
    if (request.method === 'HEAD' || refusal.status === 304) {
      response.end();
      return;
    }
    response.setHeader('content-type', 'application/xml');
    // In chunks, as S3 sends its errors.
    response.write(toXml({ Error: { Code: refusal.code, Message: refusal.message } }));
    response.end();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { identities, clock, buckets } = this.#options;
    const { bucket: name, key, query } = addressOf(request.url!);
    const action = actionOf(request.method!, key);
    const access: Access = { principal: 'anonymous', action, bucket: name, key, status: 0 };
    response.on('close', () => this.accesses.push({ ...access, status: response.statusCode }));
    await this.#fail(action, name, key, request);
    const principal = authenticate(request, identities, clock.now());
    access.principal = describePrincipal(principal);
    const bucket = buckets.find((each) => each.name === name);
    const store = this.#stores.get(name);
    if (!bucket || !store) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
    if (Buffer.byteLength(key) > S3.keyBytes) throw new S3Error('KeyTooLongError', 'Your key is too long');
    const context: Record<string, string> = key ? {} : { 's3:prefix': query.get('prefix') ?? '' };
    this.#authorise(principal, action, bucket, key, context);

    if (!key && request.method === 'HEAD') response.end();
    else if (!key && request.method === 'GET') {
      response.setHeader('content-type', 'application/xml');
      response.end(listObjects(name, store, query));
    } else if (key && request.method === 'PUT') await this.#put(request, response, store, key);
    else if (key && request.method === 'DELETE') {
      await store.delete(key);
      response.writeHead(204).end();
    } else if (key && (request.method === 'GET' || request.method === 'HEAD')) {
      await this.#get(request, response, store, key, () => this.#may(principal, 's3:ListBucket', bucket, ''));
    } else throw new S3Error('MethodNotAllowed', 'The method is not allowed here.');
  }

  /** What a fault makes of a request. */
  async #fail(action: string, bucket: string, key: string, request: IncomingMessage): Promise<void> {
    const hit = this.#options.faults.match(action, { bucket, key });
    if (!hit) return;
    if (hit.latencyMs) await sleep(hit.latencyMs);
    const { outcome } = hit;
    if (outcome?.kind === 'reset' || outcome?.kind === 'cut') request.socket.destroy();
    const codes: Partial<Record<number, S3ErrorCode>> = { 403: 'AccessDenied', 404: 'NoSuchKey', 503: 'SlowDown' };
    if (outcome?.kind === 'throttle') throw new S3Error('SlowDown', 'Please reduce your request rate.');
    if (outcome?.kind === 'status') throw new S3Error(codes[outcome.status] ?? 'InternalError', 'A fault on demand.');
  }

  #may(principal: Principal, action: string, bucket: S3Bucket, key: string, context: Record<string, string> = {}) {
    const resource = `arn:aws:s3:::${bucket.name}${key && `/${key}`}`;
    return { resource, ...evaluate({ principal, action, resource, context }, bucket.policy) };
  }

  #authorise(
    principal: Principal,
    action: string,
    bucket: S3Bucket,
    key: string,
    context: Record<string, string>,
  ): void {
    const { allowed, reason, resource } = this.#may(principal, action, bucket, key, context);
    if (allowed) return;
    const message = `${describePrincipal(principal)} is not authorized to perform ${action} on ${resource} ${reason}`;
    this.#options.log(`s3: ${message}`);
    throw new S3Error('AccessDenied', message);
  }

  async #put(request: IncomingMessage, response: ServerResponse, store: ObjectStore, key: string): Promise<void> {
    if (request.headers['x-amz-copy-source'] || request.url!.includes('?uploadId')) {
      throw new S3Error('NotImplemented', 'Copies and multipart uploads are not modelled here.');
    }
    checkWrite(request.headers, store.head(key));
    const body = uploadBody(request);
    const staged = await store.stage(body.stream);
    try {
      const checksum = body.verify(staged.md5, staged.size);
      checkWrite(request.headers, store.head(key));
      const kept = Object.entries(request.headers).filter(
        ([name]) => KEPT_HEADERS.includes(name) || name.startsWith('x-amz-meta-'),
      );
      const headers = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
      // aws-chunked is how the body travelled, not how it is stored.
      if (headers['content-encoding']?.startsWith('aws-chunked')) delete headers['content-encoding'];
      const head: ObjectHead = {
        key,
        size: staged.size,
        etag: `"${staged.md5.toString('hex')}"`,
        modified: this.#options.clock.now(),
        headers: { 'content-type': 'binary/octet-stream', ...headers },
      };
      await store.commit(staged, head);
      response.writeHead(200, { etag: head.etag, 'x-amz-server-side-encryption': 'AES256', ...checksum }).end();
    } catch (error) {
      await store.discard(staged);
      throw error;
    }
  }

  async #get(
    request: IncomingMessage,
    response: ServerResponse,
    store: ObjectStore,
    key: string,
    mayList: () => { allowed: boolean },
  ): Promise<void> {
    const object = await store.get(key);
    if (!object) {
      // Who may not list does not learn whether a key exists. S3 API Reference: GetObject (permissions)
      if (!mayList().allowed) throw new S3Error('AccessDenied', 'Access Denied');
      throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    }
    let reading = false;
    try {
      const { head } = object;
      response.setHeader('etag', head.etag);
      response.setHeader('last-modified', new Date(head.modified).toUTCString());
      checkRead(request.headers, head);
      const ranges = request.headers.range ? parseRange(head.size, request.headers.range) : -2;
      if (ranges === -1) throw new S3Error('InvalidRange', 'The requested range is not satisfiable');
      const range = ranges !== -2 && ranges.length === 1 ? ranges[0] : undefined;
      const { start, end } = range ?? { start: 0, end: head.size - 1 };
      response.writeHead(range ? 206 : 200, {
        ...head.headers,
        'accept-ranges': 'bytes',
        'content-length': end - start + 1,
        'x-amz-server-side-encryption': 'AES256',
        ...(range && { 'content-range': `bytes ${start}-${end}/${head.size}` }),
      });
      if (request.method === 'HEAD' || head.size === 0) response.end();
      else {
        reading = true;
        object
          .read(start, end)
          .on('error', () => response.destroy())
          .pipe(response);
      }
    } finally {
      if (!reading) await object.close();
    }
  }
}
