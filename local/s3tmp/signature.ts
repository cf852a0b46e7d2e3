import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../credentials';
import type { Principal } from '../iam/evaluate';
import { S3Error } from './s3-error';

/** Who an access key belongs to. */
export interface Identity extends Credentials {
  principal: Principal;
}

/** S3 refuses requests that were signed longer ago, or in the future. S3 API Reference: sig-v4-authenticating-requests */
const MAX_SKEW_MS = 15 * 60_000;

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(search: string): string {
  return search
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      return `${strict(decodeURIComponent(name))}=${strict(decodeURIComponent(value))}`;
    })
    .sort()
    .join('&');
}

function timeOf(amzDate: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  return match ? Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) : NaN;
}

/**
 * Verifies the signature of a request, version 4, and tells who sent it; without one it is anonymous.
 * S3 API Reference: sig-v4-header-based-auth
 * @throws S3Error as S3 refuses it
 */
export function authenticate(
  request: IncomingMessage,
  identities: ReadonlyMap<string, Identity>,
  now: number,
): Principal {
  const { authorization } = request.headers;
  if (!authorization) return { kind: 'anonymous' };
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (!match) throw new S3Error('InvalidArgument', 'The Authorization header is no AWS4-HMAC-SHA256.');
  const [, accessKeyId, date, region, service, names, signature] = match as unknown as string[];
  const identity = identities.get(accessKeyId!);
  if (!identity) throw new S3Error('InvalidAccessKeyId', 'The AWS access key Id you provided does not exist.');
  const amzDate = String(request.headers['x-amz-date'] ?? '');
  if (!(Math.abs(now - timeOf(amzDate)) <= MAX_SKEW_MS)) {
    throw new S3Error('RequestTimeTooSkewed', 'The request was signed over 15 minutes ago, or ahead of time.');
  }
  const [path = '/', search = ''] = request.url!.split(/\?(.*)/s);
  const signedHeaders = names!.split(';');
  const canonical = [
    request.method,
    path,
    canonicalQuery(search),
    ...signedHeaders.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    names,
    request.headers['x-amz-content-sha256'] ?? '',
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const key = [date!, region!, service!, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${identity.secretAccessKey}`,
  );
  const expected = hmac(key, ['AWS4-HMAC-SHA256', amzDate, scope, digest].join('\n'));
  if (!timingSafeEqual(expected, Buffer.from(signature!, 'hex'))) {
    throw new S3Error('SignatureDoesNotMatch', 'The signature we calculated does not match the one you provided.');
  }
  if (identity.sessionToken && request.headers['x-amz-security-token'] !== identity.sessionToken) {
    throw new S3Error('InvalidAccessKeyId', 'The session token does not belong to the access key.');
  }
  return identity.principal;
}
