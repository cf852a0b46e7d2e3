import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3 as LIMITS } from '../../edge/limits';
import type { Clock } from '../clock';
import type { FaultHit, Faults } from '../faults';
import { describePrincipal, evaluate } from '../iam/evaluate';
import type { Decision, Principal } from '../iam/evaluate';
import { parseAddress } from './address';
import type { Address } from './address';
import { Buckets } from './buckets';
import type { Bucket, BucketDefinition } from './buckets';
import type { Call, Reply } from './call';
import { errorOfStatus, S3Error } from './errors';
import { Sequencer } from './events';
import type { ObjectEvent } from './events';
import type { Identities } from './identities';
import { Journal } from './journal';
import { errorReply, send } from './reply';
import { findRoute } from './routes';
import type { Route } from './routes';
import { authenticate } from './signature';
import type { Authentication } from './signature';
import { Uploads } from './uploads';

export interface S3Options {
  /** Where buckets are kept; made if it is missing. */
  directory: string;
  /** 0, the default, for any free one. */
  port?: number;
  clock: Clock;
  faults: Faults;
  identities: Identities;
  buckets: readonly BucketDefinition[];
  /** Told of each change, after it. */
  onEvent?: (event: ObjectEvent) => void;
  /** Given one line for each refused request and each mistake of the server's own. */
  log?: (line: string) => void;
}

export interface LocalS3 {
  /** Without a slash at the end. */
  url: string;
  port: number;
  identities: Identities;
  buckets: Buckets;
  journal: Journal;
  close(): Promise<void>;
}

/**
 * Serves S3's API on 127.0.0.1.
 *
 * @throws the system's error where the port or the folder cannot be had
 */
export async function startS3(options: S3Options): Promise<LocalS3> {
  const { directory, port = 0, clock, identities } = options;
  const buckets = await Buckets.open(directory, options.buckets, clock.now());
  const handler = new Handler(options, buckets);
  const server = createServer((request, response) => void handler.handle(request, response));
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    identities,
    buckets,
    journal: handler.journal,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await handler.idle();
      buckets.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** What is known of a request so far. */
interface Progress {
  operation: string;
  address?: Address;
  principal: Principal;
}

class Handler {
  readonly journal = new Journal();
  readonly #options: S3Options;
  readonly #buckets: Buckets;
  readonly #uploads = new Uploads();
  readonly #sequencer = new Sequencer();
  readonly #running = new Set<Promise<void>>();

  constructor(options: S3Options, buckets: Buckets) {
    this.#options = options;
    this.#buckets = buckets;
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const task = this.#answer(request, response);
    this.#running.add(task);
    await task;
    this.#running.delete(task);
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const progress: Progress = { operation: 'unknown', principal: { kind: 'anonymous' } };
    let fault: FaultHit | undefined;
    let reply: Reply;
    try {
      const route = this.#route(request, progress);
      const { bucket, key } = progress.address ?? {};
      fault = this.#options.faults.match(`s3:${route.name}`, { bucket, key });
      await this.#suffer(fault);
      if (fault?.outcome?.kind === 'reset') {
        request.socket.resetAndDestroy();
        return;
      }
      reply = await this.#run(route, request, progress);
    } catch (error) {
      reply = this.#errorReply(error, request);
    }
    this.#record(progress, reply.status);
    await send(request, response, reply, { now: this.#options.clock.now(), cut: fault?.outcome?.kind === 'cut' });
  }

  #route(request: IncomingMessage, progress: Progress): Route {
    progress.address = parseAddress(request.headers.host ?? '', request.url ?? '/');
    const route = findRoute(request.method ?? '', progress.address, headersOf(request));
    progress.operation = route.name;
    return route;
  }

  async #suffer(fault: FaultHit | undefined): Promise<void> {
    if (!fault) return;
    if (fault.latencyMs > 0) {
      await new Promise<void>((resolve) => {
        this.#options.clock.after(fault.latencyMs, resolve);
      });
    }
    if (fault.outcome?.kind === 'status') throw errorOfStatus(fault.outcome.status);
    if (fault.outcome?.kind === 'throttle') throw new S3Error('SlowDown');
    if (fault.outcome?.kind === 'code') throw new S3Error(fault.outcome.code);
  }

  async #run(route: Route, request: IncomingMessage, progress: Progress): Promise<Reply> {
    const address = progress.address as Address;
    const headers = headersOf(request);
    const { identities, clock } = this.#options;
    const authentication = await authenticate({ method: request.method ?? '', headers, address }, identities, clock);
    progress.principal = authentication.principal;
    const call = this.#call(request, headers, address, authentication);
    if (route.on === 'service' || route.on === 'new bucket') {
      authorise(route, call);
      return route.run(call);
    }

    const bucket = this.#findBucket(address, authentication);
    const key = address.key ?? '';
    if (Buffer.byteLength(key) > LIMITS.keyBytes) {
      throw new S3Error('KeyTooLongError', {
        details: { Size: Buffer.byteLength(key), MaxSizeAllowed: LIMITS.keyBytes },
      });
    }
    authorise(route, call, bucket, address.key);
    const emit = (event: Omit<ObjectEvent, 'bucket' | 'sequencer' | 'time'>) => this.#emit(bucket, event);
    return route.run({ ...call, bucket, key, uploads: this.#uploads, emit });
  }

  #call(
    request: IncomingMessage,
    headers: Readonly<Record<string, string>>,
    address: Address,
    { principal, seed }: Authentication,
  ): Call {
    const context = conditionKeys(headers, address.query);
    return {
      principal,
      query: address.query,
      headers,
      body: { message: request, headers, seed },
      buckets: this.#buckets,
      bucketName: address.bucket ?? '',
      now: Math.floor(this.#options.clock.now() / 1000) * 1000,
      decide: (permission, bucket, key) => {
        const resource = bucket ? resourceOf(bucket, key) : '*';
        const decision = evaluate({ principal, action: permission, resource, context }, bucket?.policy ?? []);
        if (!decision.allowed)
          this.#log(`denied: ${describePrincipal(principal)} ${permission} ${resource}, ${decision.reason}`);
        return decision;
      },
    };
  }

  /**
   * A bucket answers only to requests that were signed for its region. Where another one was meant, S3 names the right
   * endpoint; us-east-1 alone takes the request and complains of the signature. S3 API Reference: ErrorResponses.
   */
  #findBucket(address: Address, { region }: Authentication): Bucket {
    const bucket = this.#buckets.get(address.bucket ?? '');
    if (!bucket) throw new S3Error('NoSuchBucket', { details: { BucketName: address.bucket ?? '' } });
    if (region === undefined || region === bucket.region) return bucket;
    const headers = { 'x-amz-bucket-region': bucket.region };
    if (region === 'us-east-1') {
      throw new S3Error('AuthorizationHeaderMalformed', {
        message: `The authorization header is malformed; the region '${region}' is wrong; expecting '${bucket.region}'`,
        details: { Region: bucket.region },
        headers,
      });
    }
    const details = { Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, Bucket: bucket.name };
    throw new S3Error('PermanentRedirect', { details, headers });
  }

  #emit(bucket: Bucket, event: Omit<ObjectEvent, 'bucket' | 'sequencer' | 'time'>): void {
    const time = this.#options.clock.now();
    this.#options.onEvent?.({ ...event, bucket: bucket.name, sequencer: this.#sequencer.next(time), time });
  }

  #errorReply(error: unknown, request: IncomingMessage): Reply {
    if (error instanceof S3Error) return errorReply(error, request.url ?? '');
    if (request.destroyed && !request.complete) return errorReply(new S3Error('IncompleteBody'), request.url ?? '');
    this.#log(`error: ${request.method} ${request.url}: ${String(error)}`);
    return errorReply(new S3Error('InternalError'), request.url ?? '');
  }

  #record({ principal, operation, address }: Progress, status: number): void {
    this.journal.add({
      principal: describePrincipal(principal),
      action: `s3:${operation}`,
      bucket: address?.bucket,
      key: address?.key,
      status,
    });
  }

  #log(line: string): void {
    this.#options.log?.(`s3 ${line}`);
  }
}

/** @throws S3Error `AccessDenied`, unless the caller has every permission that the request takes */
function authorise({ permission }: Route, { decide, principal, headers }: Call, bucket?: Bucket, key?: string): void {
  if (permission === undefined) return;
  // To compare is to read. S3 User Guide: conditional-writes.
  const compares = permission === 's3:PutObject' && headers['if-match'] !== undefined;
  for (const needed of compares ? [permission, 's3:GetObject'] : [permission]) {
    const decision: Decision = decide(needed, bucket, key);
    if (decision.allowed) continue;
    const resource = bucket ? resourceOf(bucket, key) : '*';
    throw new S3Error('AccessDenied', {
      message: `User: ${describePrincipal(principal)} is not authorized to perform: ${needed} on resource: "${resource}" ${decision.reason}`,
    });
  }
}

function resourceOf({ arn }: Bucket, key: string | undefined): string {
  return key === undefined ? arn : `${arn}/${key}`;
}

/** S3 User Guide: amazon-s3-policy-keys. */
function conditionKeys(
  headers: Readonly<Record<string, string>>,
  query: ReadonlyMap<string, string>,
): Record<string, string> {
  const fromHeaders = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-'));
  const fromQuery = [...query].filter(([name]) => ['prefix', 'delimiter', 'max-keys'].includes(name));
  return Object.fromEntries([...fromHeaders, ...fromQuery].map(([name, value]) => [`s3:${name}`, value]));
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
    ),
  );
}
