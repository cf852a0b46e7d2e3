/** CloudFront's signed URLs and signed cookies. DG: PrivateContent */
import { type KeyObject, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { wildcard } from '../iam/wildcard';
import { pairsOf } from './event-values';
import type { EdgeResponse } from './response';

/** Query parameters of a signed URL; the cookies have the same names after `CloudFront-`. */
const PARAMETERS = new Set(['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm']);

const ALGORITHMS: Readonly<Record<string, string>> = { SHA1: 'sha1', SHA256: 'sha256' };

interface Policy {
  Statement?: {
    Resource?: string;
    Condition?: {
      DateLessThan?: { 'AWS:EpochTime'?: unknown };
      DateGreaterThan?: { 'AWS:EpochTime'?: unknown };
      IpAddress?: { 'AWS:SourceIp'?: string };
    };
  }[];
}

const refuse = (code: string, message: string): EdgeResponse => ({
  status: 403,
  headers: { 'content-type': 'text/xml', server: 'CloudFront', 'x-cache': 'Error from cloudfront' },
  body: Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  ),
});

const DENIED = refuse('AccessDenied', 'Access denied');

/** Decodes CloudFront's URL-safe variant of base64. */
const decode = (text: string): Buffer =>
  Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');

/**
 * Verifies a request's signature and policy. A signed URL takes precedence over cookies.
 * @param now milliseconds since the epoch
 * @returns path and query without the signature, or CloudFront's refusal
 */
export function checkViewer(
  request: IncomingMessage,
  keys: ReadonlyMap<string, KeyObject>,
  now: number,
): string | EdgeResponse {
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const parameters = search.split('&').filter(Boolean);
  const isOfSignature = (parameter: string) => PARAMETERS.has(parameter.split('=')[0]!);
  const rest = parameters.filter((parameter) => !isOfSignature(parameter)).join('&');
  const target = rest ? `${path}?${rest}` : path;
  const inUrl = new Map(pairsOf(parameters.filter(isOfSignature).join('&'), '&'));
  const cookies = pairsOf(request.headers.cookie ?? '', ';').filter(([name]) => name.startsWith('CloudFront-'));
  const signed = inUrl.has('Signature')
    ? inUrl
    : new Map(cookies.map(([name, value]): [string, string] => [name.slice('CloudFront-'.length), value]));
  const keyId = signed.get('Key-Pair-Id');
  if (!keyId) return refuse('MissingKey', 'Missing Key-Pair-Id query parameter or cookie value');
  const key = keys.get(keyId);
  if (!key) return refuse('InvalidKey', 'Unknown Key');
  const url = `http://${request.headers.host ?? ''}${target}`;
  const policy = policyText(signed, url);
  const algorithm = ALGORITHMS[signed.get('Hash-Algorithm') ?? 'SHA1'];
  const signature = decode(signed.get('Signature') ?? '');
  if (policy === undefined || !algorithm || !verify(algorithm, Buffer.from(policy), key, signature)) return DENIED;
  return isAllowed(policy, url, request.socket.remoteAddress ?? '', now) ? target : DENIED;
}

/** The signed policy: a custom one from the request, or the canned one for the URL and Expires. */
function policyText(signed: ReadonlyMap<string, string>, url: string): string | undefined {
  const custom = signed.get('Policy');
  if (custom !== undefined) return decode(custom).toString();
  const expires = signed.get('Expires');
  if (expires === undefined || !/^\d+$/.test(expires)) return undefined;
  return `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

/** A policy has one statement with an end. DG: private-content-creating-signed-url-custom-policy */
function isAllowed(text: string, url: string, address: string, now: number): boolean {
  let policy: Policy;
  try {
    policy = JSON.parse(text) as Policy;
  } catch {
    return false;
  }
  const [statement, ...more] = policy.Statement ?? [];
  const { DateLessThan, DateGreaterThan, IpAddress } = statement?.Condition ?? {};
  const end = DateLessThan?.['AWS:EpochTime'];
  const start = DateGreaterThan?.['AWS:EpochTime'] ?? 0;
  if (!statement || more.length > 0 || typeof end !== 'number' || typeof start !== 'number') return false;
  if (now >= end * 1_000 || now < start * 1_000) return false;
  if (IpAddress && !isWithin(address, IpAddress['AWS:SourceIp'] ?? '')) return false;
  return statement.Resource === undefined || wildcard(statement.Resource).test(url);
}

/** Whether an IPv4 address is in a range such as `192.0.2.0/24`. */
function isWithin(address: string, range: string): boolean {
  const [network = '', bits = '32'] = range.split('/');
  const numberOf = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(address.replace(/^::ffff:/, '')) / size) === Math.floor(numberOf(network) / size);
}
