import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { createScope, getCanonicalHeaders, getCanonicalQuery, getSigningKey } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import { S3_API } from '../../../edge/limits';
import type { Clock } from '../clock';
import type { Principal } from './evaluate';
import type { Identities, Identity } from './identities';
import { ALGORITHM_V4A, isByCredentials } from './signature-v4a';

/** Version 4 is of one region, 4A of several. */
export type SignatureVersion = 'sigv4' | 'sigv4a';

const ALGORITHM = 'AWS4-HMAC-SHA256';

const ALGORITHMS: Readonly<Record<SignatureVersion, string>> = { sigv4: ALGORITHM, sigv4a: ALGORITHM_V4A };

/** The parts of a request that a signature covers. Header names are in lower case. */
export interface SignedRequest {
  /** The service that the signature has to be for, such as `s3`. */
  service: string;
  /** What the service takes: `sigv4`, unless it is in all regions at once. */
  version?: SignatureVersion;
  method: string;
  headers: Readonly<Record<string, string>>;
  /** The path as it goes into the signature. */
  canonicalPath: string;
  /** Decoded. */
  query: ReadonlyMap<string, string>;
  /** Hex SHA-256 of the body, or what stands in its place. */
  payloadHash: string | undefined;
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

/** What is wrong with a signature, by the name that S3 has for it. */
export type SignatureErrorCode =
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'InvalidAccessKeyId'
  | 'InvalidRequest'
  | 'InvalidToken'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch';

/** A signature that does not hold. */
export class SignatureError extends Error {
  override name = 'SignatureError';

  constructor(
    readonly code: SignatureErrorCode,
    readonly explanation: { message?: string; details?: Record<string, string | number> } = {},
  ) {
    super(explanation.message ?? code);
  }
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
}

/**
 * Verifies Signature Version 4 in the Authorization header. A request without it is anonymous.
 * IAM User Guide: create-signed-request.
 * @throws SignatureError
 */
export async function authenticate(
  request: SignedRequest,
  identities: Identities,
  clock: Clock,
): Promise<Authentication> {
  const { authorization } = request.headers;
  if (authorization === undefined) return { principal: { kind: 'anonymous' } };
  const signature = readSignature(request, authorization, clock);
  const identity = identities.get(signature.accessKeyId);
  if (!identity) {
    throw new SignatureError('InvalidAccessKeyId', { details: { AWSAccessKeyId: signature.accessKeyId } });
  }
  if (identity.sessionToken !== signature.sessionToken) throw new SignatureError('InvalidToken');
  if (request.version === 'sigv4a') {
    verifyV4A(request, signature, identity);
    return { principal: identity.principal };
  }
  const seed = await verify(request, signature, identity);
  return { principal: identity.principal, region: signature.region, seed };
}

/** Percent-encodes all but the characters that RFC 3986 calls unreserved, as signatures do. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** HMAC-SHA256 in hex. */
export function hmacHex(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether two signatures are the same, in a time that does not tell how much of them agrees. */
export function isSameSignature(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function readSignature(request: SignedRequest, authorization: string, clock: Clock): Signature {
  const { headers, payloadHash, version = 'sigv4' } = request;
  const [algorithm, ...fields] = authorization.split(/[\s,]+/);
  if (algorithm !== ALGORITHMS[version]) {
    throw new SignatureError('InvalidRequest', {
      message: `The authorization mechanism you have provided is not supported. Please use ${ALGORITHMS[version]}.`,
    });
  }
  const values = new Map(fields.map((field) => [field.split('=', 1)[0], field.slice(field.indexOf('=') + 1)]));
  const date = headers['x-amz-date'];
  if (date === undefined) throw missingDate();
  if (payloadHash === undefined) {
    throw new SignatureError('InvalidRequest', {
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
  }
  checkSkew(date, clock);
  return {
    ...parseCredential(values.get('Credential'), request.service, version),
    signedHeaders: values.get('SignedHeaders')?.split(';') ?? [],
    signature: values.get('Signature') ?? '',
    date,
    sessionToken: headers['x-amz-security-token'],
    payloadHash,
  };
}

function parseCredential(credential: string | undefined, expectedService: string, version: SignatureVersion) {
  const parts = credential?.split('/') ?? [];
  // The regions of version 4A are in a header.
  if (version === 'sigv4a') parts.splice(2, 0, '*');
  const [accessKeyId, day, region, service, end, ...more] = parts;
  const isComplete = service === expectedService && end === 'aws4_request' && more.length === 0;
  if (!accessKeyId || !day || !region || !isComplete) {
    throw new SignatureError('AuthorizationHeaderMalformed', {
      message: `The credential must have the form "<access key>/YYYYMMDD/REGION/${expectedService}/aws4_request"`,
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
  throw new SignatureError('RequestTimeTooSkewed', {
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
  if (Number.isNaN(time)) throw missingDate();
  return time;
}

function missingDate(): SignatureError {
  return new SignatureError('AccessDenied', {
    message: 'AWS authentication requires a valid Date or x-amz-date header',
  });
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
  if (!date.startsWith(day) || !isSameSignature(expected, signature)) {
    throw new SignatureError('SignatureDoesNotMatch', {
      details: { AWSAccessKeyId: accessKeyId, SignatureProvided: signature, CanonicalRequest: canonical },
    });
  }
  return { signature, key, date, scope };
}

function verifyV4A(request: SignedRequest, presented: Signature, { secretAccessKey }: Identity): void {
  const { accessKeyId, day, service, date, signature } = presented;
  checkSignedHeaders(request, presented);
  const digest = createHash('sha256').update(canonicalRequest(request, presented)).digest('hex');
  const text = [ALGORITHM_V4A, date, `${day}/${service}/aws4_request`, digest].join('\n');
  const isForAll = request.headers['x-amz-region-set'] === '*';
  if (!isForAll || !date.startsWith(day) || !isByCredentials(text, signature, accessKeyId, secretAccessKey)) {
    throw new SignatureError('SignatureDoesNotMatch', { details: { AWSAccessKeyId: accessKeyId } });
  }
}

function checkSignedHeaders({ headers }: SignedRequest, { signedHeaders }: Signature): void {
  const unsigned = Object.keys(headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new SignatureError('AccessDenied', {
      message: 'There were headers present in the request which were not signed',
      details: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
}

function canonicalRequest(
  { method, headers, canonicalPath, query }: SignedRequest,
  { signedHeaders, payloadHash }: Signature,
): string {
  const http: HttpRequest = {
    method,
    protocol: 'http:',
    hostname: '',
    path: canonicalPath,
    query: Object.fromEntries(query),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, headers[name] ?? ''])),
  };
  const canonicalHeaders = getCanonicalHeaders(http, undefined, new Set(signedHeaders));
  const names = Object.keys(canonicalHeaders).sort();
  return [
    method,
    canonicalPath,
    getCanonicalQuery(http),
    ...names.map((name) => `${name}:${canonicalHeaders[name]}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
}
