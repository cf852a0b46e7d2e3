import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { createScope, getCanonicalHeaders, getCanonicalQuery, getSigningKey } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import { S3_API } from '../../edge/limits';
import type { Clock } from '../clock';
import type { Principal } from '../iam/evaluate';
import type { Address } from './address';
import { S3Error } from './errors';
import type { Identities, Identity } from './identities';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** The parts of a request that a signature covers. Header names are in lower case. */
export interface SignedRequest {
  method: string;
  headers: Readonly<Record<string, string>>;
  address: Address;
}

/** What a body of signed chunks is verified with. */
export interface ChunkSeed {
  signature: string;
  key: Uint8Array;
  /** As in the string to sign: `20260102T030405Z`. */
  date: string;
  scope: string;
}

/** Who signed a request, and what the signature says about the rest of it. */
export interface Authentication {
  principal: Principal;
  /** The region that the request was signed for; none without a signature. */
  region?: string;
  seed?: ChunkSeed;
}

interface Signature {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  /** `20260102T030405Z`. */
  date: string;
  sessionToken: string | undefined;
  payloadHash: string;
  presigned: boolean;
}

/**
 * Verifies Signature Version 4, in the Authorization header or in the query. A request without either is anonymous.
 * S3 API Reference: sig-v4-authenticating-requests, sigv4-query-string-auth.
 *
 * @throws S3Error, as S3 answers
 */
export async function authenticate(
  request: SignedRequest,
  identities: Identities,
  clock: Clock,
): Promise<Authentication> {
  const presented = presentedSignature(request, clock);
  if (!presented) return { principal: { kind: 'anonymous' } };
  const identity = identities.get(presented.accessKeyId);
  if (!identity) throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: presented.accessKeyId } });
  if (identity.sessionToken !== presented.sessionToken) throw new S3Error('InvalidToken');

  const seed = await verify(request, presented, identity);
  return { principal: identity.principal, region: presented.region, seed };
}

/** HMAC-SHA256 in hex. */
export function hmacHex(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether two signatures are one, in a time that does not tell how much of them agrees. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function presentedSignature(request: SignedRequest, clock: Clock): Signature | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return headerSignature(request, authorization, clock);
  const { query } = request.address;
  if (query.has('AWSAccessKeyId')) throw unsupportedMechanism();
  return query.has('X-Amz-Algorithm') ? querySignature(request, clock) : undefined;
}

/** The answer to Signature Version 2. */
function unsupportedMechanism(): S3Error {
  return new S3Error('InvalidRequest', {
    message: `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
  });
}

function headerSignature({ headers }: SignedRequest, authorization: string, clock: Clock): Signature {
  const [algorithm, ...fields] = authorization.split(/[\s,]+/);
  if (algorithm !== ALGORITHM) throw unsupportedMechanism();
  const values = new Map(fields.map((field) => [field.split('=', 1)[0], field.slice(field.indexOf('=') + 1)]));
  const date = headers['x-amz-date'];
  const payloadHash = headers['x-amz-content-sha256'];
  if (date === undefined) {
    throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  }
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: x-amz-content-sha256' });
  }
  checkSkew(date, clock);
  return {
    ...parseCredential(values.get('Credential'), 'AuthorizationHeaderMalformed'),
    signedHeaders: values.get('SignedHeaders')?.split(';') ?? [],
    signature: values.get('Signature') ?? '',
    date,
    sessionToken: headers['x-amz-security-token'],
    payloadHash,
    presigned: false,
  };
}

function querySignature({ address: { query } }: SignedRequest, clock: Clock): Signature {
  const date = query.get('X-Amz-Date') ?? '';
  const seconds = Number(query.get('X-Amz-Expires') ?? NaN);
  if (query.get('X-Amz-Algorithm') !== ALGORITHM || !(seconds >= 1 && seconds <= S3_API.presignedSeconds)) {
    throw new S3Error('AuthorizationQueryParametersError', {
      message: `X-Amz-Algorithm must be ${ALGORITHM} and X-Amz-Expires a number of seconds up to ${S3_API.presignedSeconds}`,
    });
  }
  const from = parseDate(date);
  if (from > Math.max(clock.now(), Date.now()) + S3_API.clockSkewSeconds * 1000) {
    throw new S3Error('AccessDenied', { message: 'Request is not valid yet' });
  }
  if (clock.now() > from + seconds * 1000) throw new S3Error('AccessDenied', { message: 'Request has expired' });
  return {
    ...parseCredential(query.get('X-Amz-Credential'), 'AuthorizationQueryParametersError'),
    signedHeaders: query.get('X-Amz-SignedHeaders')?.split(';') ?? [],
    signature: query.get('X-Amz-Signature') ?? '',
    date,
    sessionToken: query.get('X-Amz-Security-Token'),
    payloadHash: UNSIGNED_PAYLOAD,
    presigned: true,
  };
}

function parseCredential(
  credential: string | undefined,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
) {
  const [accessKeyId, day, region, service, end, ...more] = credential?.split('/') ?? [];
  const complete = service === 's3' && end === 'aws4_request' && more.length === 0;
  if (!accessKeyId || !day || !region || !complete) {
    throw new S3Error(code, {
      message: 'The credential must have the form "<access key>/YYYYMMDD/REGION/s3/aws4_request"',
    });
  }
  return { accessKeyId, day, region, service };
}

/**
 * Functions run in processes of their own, by the machine's time. Where a test has moved this clock forward, either
 * time will do.
 */
function checkSkew(date: string, clock: Clock): void {
  const sent = parseDate(date);
  const skews = [clock.now(), Date.now()].map((now) => Math.abs(now - sent) / 1000);
  if (Math.min(...skews) <= S3_API.clockSkewSeconds) return;
  throw new S3Error('RequestTimeTooSkewed', {
    details: {
      RequestTime: date,
      ServerTime: new Date(clock.now()).toISOString(),
      MaxAllowedSkewMilliseconds: S3_API.clockSkewSeconds * 1000,
    },
  });
}

function parseDate(date: string): number {
  const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  if (Number.isNaN(time)) {
    throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  }
  return time;
}

async function verify(request: SignedRequest, presented: Signature, identity: Identity): Promise<ChunkSeed> {
  const { accessKeyId, day, region, service, date, signature } = presented;
  checkSignedHeaders(request, presented);
  const credentials = { accessKeyId, secretAccessKey: identity.secretAccessKey };
  const key = await getSigningKey(Sha256, credentials, day, region, service);
  const scope = createScope(day, region, service);
  const canonical = canonicalRequest(request, presented);
  const digest = createHash('sha256').update(canonical).digest('hex');
  const expected = hmacHex(key, [ALGORITHM, date, scope, digest].join('\n'));
  if (!date.startsWith(day) || !sameText(expected, signature)) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: { AWSAccessKeyId: accessKeyId, SignatureProvided: signature, CanonicalRequest: canonical },
    });
  }
  return { signature, key, date, scope };
}

function checkSignedHeaders({ headers }: SignedRequest, { signedHeaders, presigned }: Signature): void {
  const unsigned = Object.keys(headers).filter(
    (name) =>
      (name === 'host' || name.startsWith('x-amz-')) &&
      !(presigned && name === 'x-amz-content-sha256') &&
      !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      details: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}

function canonicalRequest({ method, headers, address }: SignedRequest, { signedHeaders, payloadHash }: Signature) {
  const http: HttpRequest = {
    method,
    protocol: 'http:',
    hostname: '',
    path: address.canonicalPath,
    query: Object.fromEntries(address.query),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, headers[name] ?? ''])),
  };
  const canonicalHeaders = getCanonicalHeaders(http, undefined, new Set(signedHeaders));
  const names = Object.keys(canonicalHeaders).sort();
  return [
    method,
    address.canonicalPath,
    getCanonicalQuery(http),
    ...names.map((name) => `${name}:${canonicalHeaders[name]}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
}
