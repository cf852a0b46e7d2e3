import { randomBytes } from 'node:crypto';
import { S3_KEY_BYTES } from '../../../edge/limits';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import type { Reply } from '../http/reply';
import { type ApiRequest, type Call as ServiceCall, type Service, startService } from '../http/service';
import { ServiceError } from '../http/service-error';
import { type Decision, type Principal, describePrincipal, evaluate } from '../iam/evaluate';
import type { Identities } from '../iam/identities';
import { type Authentication, SignatureError, authenticate } from '../iam/signature';
import { type Address, parseAddress } from './address';
import { type Bucket, type BucketDefinition, Buckets } from './buckets';
import type { Call } from './call';
import { type S3ErrorCode, errorOfStatus, S3Error } from './errors';
import { type ObjectEvent, Sequencer } from './object-event';
import { Journal } from './journal';
import { type Route, findRoute } from './routes';
import { Uploads } from './uploads';
import { xmlErrorReply } from './xml';

export interface S3Options {
  /** Folder for the buckets; created if it is missing. */
  directory: string;
  clock: Clock;
  faults: Faults;
  identities: Identities;
  buckets: readonly BucketDefinition[];
  /** Called synchronously just before each change, so that no event is lost if the process is killed. */
  onEvent?: (event: ObjectEvent) => void;
  /** Gets a line for each denied permission and each internal error. */
  log?: (line: string) => void;
}

export interface LocalS3 {
  /** Without a trailing slash. */
  url: string;
  identities: Identities;
  buckets: Buckets;
  journal: Journal;
  /** As S3 does after some seconds. */
  closeIdleConnections(): void;
  close(): Promise<void>;
}

/** Serves S3's API on 127.0.0.1. @throws the system's error if the folder is not available */
export async function startS3(options: S3Options): Promise<LocalS3> {
  const { directory, clock, faults, identities, log = () => undefined } = options;
  const buckets = await Buckets.open(directory, options.buckets, clock.now());
  const service = new S3Service({ ...options, log }, buckets);
  const server = await startService(service, { clock, faults, log });
  return {
    url: server.url,
    identities,
    buckets,
    journal: service.journal,
    closeIdleConnections: () => server.closeIdleConnections(),
    close: async () => {
      await server.close();
      await server.idle();
      buckets.close();
    },
  };
}

/** The principal is anonymous until the signature is verified. */
interface S3Call extends ServiceCall {
  address: Address;
  principal: Principal;
}

/** The part of an event that an operation fills in. */
type EventOfOperation = Omit<ObjectEvent, 'bucket' | 'sequencer' | 'time'>;

class S3Service implements Service {
  readonly name = 's3';
  readonly journal = new Journal();
  readonly #options: S3Options & { log(line: string): void };
  readonly #buckets: Buckets;
  readonly #uploads = new Uploads();
  readonly #sequencer = new Sequencer();

  constructor(options: S3Options & { log(line: string): void }, buckets: Buckets) {
    this.#options = options;
    this.#buckets = buckets;
  }

  route(request: ApiRequest): S3Call {
    const address = parseAddress(request.headers['host'] ?? '', request.target);
    const route = findRoute(request.method, address, request.headers);
    const call: S3Call = {
      operation: route.name,
      bucket: address.bucket,
      key: address.key,
      address,
      principal: { kind: 'anonymous' },
      run: () => this.#run(route, request, call),
    };
    return call;
  }

  headers(): Record<string, string> {
    return {
      date: new Date(this.#options.clock.now()).toUTCString(),
      server: 'AmazonS3',
      'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
      'x-amz-id-2': randomBytes(48).toString('base64'),
    };
  }

  throttled(): ServiceError {
    return new S3Error('SlowDown');
  }

  failed(status: number): ServiceError {
    return errorOfStatus(status);
  }

  coded(code: S3ErrorCode): ServiceError {
    return new S3Error(code);
  }

  errorReply(error: ServiceError, request: ApiRequest, answerHeaders: Record<string, string>): Reply {
    const { code, message, status, details = {}, headers = {} } = error as ServiceError & Partial<S3Error>;
    const Resource = request.target.split('?', 1)[0] ?? '';
    const ids = { RequestId: answerHeaders['x-amz-request-id'], HostId: answerHeaders['x-amz-id-2'] };
    return xmlErrorReply(status, { Code: code, Message: message, Resource, ...details, ...ids }, headers);
  }

  onReply(status: number, call: ServiceCall | undefined): void {
    if (!call) return;
    const { principal, operation, bucket, key } = call as S3Call;
    this.journal.add({ principal: describePrincipal(principal), action: `s3:${operation}`, bucket, key, status });
  }

  async #run(route: Route, request: ApiRequest, call: S3Call): Promise<Reply> {
    try {
      const authentication = await this.#authenticate(request, call.address);
      call.principal = authentication.principal;
      return await this.#dispatch(route, request, call.address, authentication);
    } catch (error) {
      const isAborted = request.message.destroyed && !request.message.complete;
      throw isAborted && !(error instanceof ServiceError) ? new S3Error('IncompleteBody') : error;
    }
  }

  async #authenticate({ method, headers }: ApiRequest, { canonicalPath, query }: Address): Promise<Authentication> {
    const { identities, clock } = this.#options;
    const payloadHash = headers['x-amz-content-sha256'];
    try {
      return await authenticate(
        { service: 's3', method, headers, canonicalPath, query, payloadHash },
        identities,
        clock,
      );
    } catch (error) {
      throw error instanceof SignatureError ? new S3Error(error.code, error.explanation) : error;
    }
  }

  #dispatch(
    route: Route,
    request: ApiRequest,
    address: Address,
    authentication: Authentication,
  ): Reply | Promise<Reply> {
    const call = this.#call(request, address, authentication);
    if (route.on === 'service' || route.on === 'new bucket') {
      authorise(route, call);
      return route.run(call);
    }

    const bucket = this.#findBucket(address, authentication);
    const key = address.key ?? '';
    if (Buffer.byteLength(key) > S3_KEY_BYTES) {
      throw new S3Error('KeyTooLongError', {
        details: { Size: Buffer.byteLength(key), MaxSizeAllowed: S3_KEY_BYTES },
      });
    }
    authorise(route, call, bucket, address.key);
    const emit = (event: EventOfOperation) => this.#emit(bucket, event);
    return route.run({ ...call, bucket, key, uploads: this.#uploads, emit });
  }

  #call({ headers, message }: ApiRequest, address: Address, { principal, seed }: Authentication): Call {
    const context = conditionKeys(headers, address.query);
    return {
      principal,
      query: address.query,
      headers,
      body: { message, headers, seed },
      buckets: this.#buckets,
      bucketName: address.bucket ?? '',
      now: Math.floor(this.#options.clock.now() / 1000) * 1000,
      decide: (permission, bucket, key) => {
        const resource = bucket ? resourceOf(bucket, key) : '*';
        const decision = evaluate({ principal, action: permission, resource, context }, bucket?.policy ?? []);
        if (!decision.allowed) {
          const who = describePrincipal(principal);
          this.#options.log(`s3 denied: ${who} ${permission} ${resource}, ${decision.reason}`);
        }
        return decision;
      },
    };
  }

  /**
   * Finds a request's bucket. A signature for another region than the bucket's gets a 400 if it is for us-east-1, else a
   * redirect to the right endpoint. S3 API Reference: ErrorResponses.
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

  #emit(bucket: Bucket, event: EventOfOperation): void {
    const time = this.#options.clock.now();
    this.#options.onEvent?.({ ...event, bucket: bucket.name, sequencer: this.#sequencer.next(time), time });
  }
}

/** @throws S3Error `AccessDenied` */
function authorise({ permission }: Route, { decide, principal, headers }: Call, bucket?: Bucket, key?: string): void {
  if (permission === undefined) return;
  // If-Match needs the permission to read. S3 User Guide: conditional-writes.
  const readsEtag = permission === 's3:PutObject' && headers['if-match'] !== undefined;
  for (const needed of readsEtag ? [permission, 's3:GetObject'] : [permission]) {
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
