import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { createScope, getCanonicalHeaders, getCanonicalQuery, getSigningKey } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import { S3_API } from '../../../edge/limits';
import type { Clock } from '../clock';
import type { Principal } from './evaluate';
import type { Identities, Identity } from './identities';
import { ALGORITHM_V4A, isByCredentials } from './signature-v4a';

/** Version 4 is valid in one region, 4A in several. */
export type SignatureVersion = 'sigv4' | 'sigv4a';

const ALGORITHMS: Readonly<Record<SignatureVersion, string>> = { sigv4: 'AWS4-HMAC-SHA256', sigv4a: ALGORITHM_V4A };

/** The parts of a request that a signature covers. */
export interface SignedRequest {
  /** The service that the signature has to be for, such as `s3`. */
  service: string;
  /** `sigv4` by default; a global service takes `sigv4a`. */
  version?: SignatureVersion;
  method: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The path of the canonical request. */
  canonicalPath: string;
  /** Decoded. */
  query: ReadonlyMap<string, string>;
  /** Hex SHA-256 of the body, or a constant such as `UNSIGNED-PAYLOAD`. */
  payloadHash: string | undefined;
}

/** The start of a chain of chunk signatures. */
export interface ChunkSeed {
  signature: string;
  key: Uint8Array;
  /** As in the string to sign: `20260102T030405Z`. */
  date: string;
  scope: string;
}

/** Who signed a request. `region` and `seed` are those of a SigV4 signature. */
export interface Authentication {
  principal: Principal;
  region?: string;
  seed?: ChunkSeed;
}

/** S3's error codes. */
export type SignatureErrorCode =
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'InvalidAccessKeyId'
  | 'InvalidRequest'
  | 'InvalidToken'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch';

/** An invalid signature. */
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
 * Verifies the signature in the Authorization header. A request without it is anonymous.
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
  const seed = await verify(request, signature, identity);
  return { principal: identity.principal, ...(seed && { region: signature.region, seed }) };
}

/** Percent-encodes all but RFC 3986's unreserved characters, as canonical requests do. */
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

/** Compares signatures in constant time. */
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
  // Version 4A has its regions in a header.
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

/** Accepts the machine's time, too: a test may move the clock forward, and functions in their own processes lack that. */
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

/** @returns the seed of chunk signatures, which are modelled for version 4 only. @throws SignatureError */
async function verify(
  request: SignedRequest,
  presented: Signature,
  { secretAccessKey }: Identity,
): Promise<ChunkSeed | undefined> {
  const { headers, version = 'sigv4' } = request;
  const { accessKeyId, day, region, service, date, signature } = presented;
  checkSignedHeaders(request, presented);
  const isV4A = version === 'sigv4a';
  const scope = isV4A ? `${day}/${service}/aws4_request` : createScope(day, region, service);
  const canonical = canonicalRequest(request, presented);
  const digest = createHash('sha256').update(canonical).digest('hex');
  const stringToSign = [ALGORITHMS[version], date, scope, digest].join('\n');
  const credentials = { accessKeyId, secretAccessKey };
  const key = isV4A ? undefined : await getSigningKey(Sha256, credentials, day, region, service);
  const isValid = key
    ? isSameSignature(hmacHex(key, stringToSign), signature)
    : headers['x-amz-region-set'] === '*' && isByCredentials(stringToSign, signature, accessKeyId, secretAccessKey);
  if (!isValid || !date.startsWith(day)) {
    throw new SignatureError('SignatureDoesNotMatch', {
      details: { AWSAccessKeyId: accessKeyId, SignatureProvided: signature, CanonicalRequest: canonical },
    });
  }
  return key && { signature, key, date, scope };
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
