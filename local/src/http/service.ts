import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock';
import type { FaultHit, Faults } from '../faults';
import { type AccessRequest, type Principal, describePrincipal, evaluate } from '../iam/evaluate';
import type { Identities } from '../iam/identities';
import type { Statement } from '../iam/policy';
import { SignatureError, type SignatureVersion, authenticate, encodeUri } from '../iam/signature';
import type { S3ErrorCode } from '../s3/errors';
import { type Reply, sendReply } from './reply';
import { type HttpServer, listen } from './server';
import { ServiceError } from './service-error';

/** A request to a service's API. */
export interface ApiRequest {
  method: string;
  /** Path and query as they were sent. */
  target: string;
  /** Names in lower case; values of a repeated header are joined. */
  headers: Readonly<Record<string, string>>;
  message: IncomingMessage;
}

/** A request's operation. */
export interface Call {
  /** Its name in the service's API, such as `GetObject`. */
  operation: string;
  /** A fault may be limited to a bucket or to keys. */
  bucket?: string | undefined;
  key?: string | undefined;
  /** Authenticates, authorises and performs the request. @throws ServiceError */
  run(): Reply | Promise<Reply>;
}

/** The part in which services differ. */
export interface Service {
  /** As in IAM actions: `s3`. */
  name: string;
  /** @throws ServiceError if the operation is not modelled */
  route(request: ApiRequest): Call;
  /** Headers of every response, the request's id included. */
  headers(): Record<string, string>;
  throttled(): ServiceError;
  /** The error that the service sends with this status. */
  failed(status: number): ServiceError;
  /** Only S3's faults name error codes. */
  coded?(code: S3ErrorCode): ServiceError;
  /** @param headers those of `headers` for this response */
  errorReply(error: ServiceError, request: ApiRequest, headers: Record<string, string>): Reply;
  /** Called for each response; `call` is missing if `route` threw. */
  onReply?(status: number, call: Call | undefined, error: ServiceError | undefined): void;
}

export interface ServiceOptions {
  clock: Clock;
  faults?: Faults | undefined;
  log(line: string): void;
}

/** Serves a service's API on a free port of 127.0.0.1, with the faults in force. */
export function startService(service: Service, { clock, faults, log }: ServiceOptions): Promise<HttpServer> {
  return listen(async (message, response) => {
    const request = requestOf(message);
    const headers = service.headers();
    let call: Call | undefined;
    let fault: FaultHit | undefined;
    let reply: Reply;
    let error: ServiceError | undefined;
    try {
      call = service.route(request);
      fault = faults?.match(`${service.name}:${call.operation}`, call);
      if (fault) await applyFault(service, fault, clock);
      if (fault?.outcome?.kind === 'reset') {
        message.socket.resetAndDestroy();
        return;
      }
      reply = await call.run();
    } catch (thrown) {
      if (!(thrown instanceof ServiceError)) {
        log(`${service.name} error: ${request.method} ${request.target}: ${String(thrown)}`);
      }
      error = thrown instanceof ServiceError ? thrown : service.failed(500);
      reply = service.errorReply(error, request, headers);
    }
    service.onReply?.(reply.status, call, error);
    const isCut = fault?.outcome?.kind === 'cut';
    await sendReply({ ...reply, headers: { ...headers, ...reply.headers } }, response, { isCut });
  });
}

function requestOf(message: IncomingMessage): ApiRequest {
  const headers = Object.entries(message.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
  );
  return {
    method: message.method ?? '',
    target: message.url ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string>,
    message,
  };
}

async function applyFault(service: Service, { latencyMs, outcome }: FaultHit, clock: Clock): Promise<void> {
  if (latencyMs > 0) {
    await new Promise<void>((resolve) => {
      clock.after(latencyMs, resolve);
    });
  }
  if (outcome?.kind === 'status') throw service.failed(outcome.status);
  if (outcome?.kind === 'throttle') throw service.throttled();
  if (outcome?.kind === 'code' && service.coded) throw service.coded(outcome.code);
}

/** Why a request is not authorised, in AWS's words; undefined if it is. */
export function denialOf(request: AccessRequest, resourcePolicy: readonly Statement[] = []): string | undefined {
  const { principal, action, resource } = request;
  const { allowed, reason } = evaluate(request, resourcePolicy);
  if (allowed) return undefined;
  return `User: ${describePrincipal(principal)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}

/**
 * Who signed a request to a service other than S3: the signature covers the body, and the path as it was sent.
 * @returns undefined if the signature is missing or invalid
 */
export async function principalOf(
  service: string,
  { method, target, headers }: ApiRequest,
  body: string,
  identities: Identities,
  clock: Clock,
  version: SignatureVersion = 'sigv4',
): Promise<Principal | undefined> {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  const request = {
    service,
    version,
    method,
    headers,
    canonicalPath: pathname.split('/').map(encodeUri).join('/'),
    query: new Map(searchParams),
    payloadHash: createHash('sha256').update(body).digest('hex'),
  };
  try {
    const { principal } = await authenticate(request, identities, clock);
    return principal.kind === 'anonymous' ? undefined : principal;
  } catch (error) {
    if (error instanceof SignatureError) return undefined;
    throw error;
  }
}
