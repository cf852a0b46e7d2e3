/** Whether a viewer may have what is for members: CloudFront's own signed URLs and cookies. DG: PrivateContent */
import { type KeyObject, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { wildcard } from '../iam/wildcard';
import { pairsOf } from './event-values';
import type { EdgeResponse } from './response';

/** Names of what a signed URL has beside its own query; in cookies they follow `CloudFront-`. */
const NAMES = new Set(['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm']);

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

/** Of CloudFront's own base64, which URLs can hold. */
const decode = (text: string): Buffer =>
  Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');

/**
 * Checks a request against the keys of its behavior. A signed URL counts before cookies.
 * @param now milliseconds since the epoch
 * @returns path and query without what was signed with; or CloudFront's answer
 */
export function checkViewer(
  request: IncomingMessage,
  keys: ReadonlyMap<string, KeyObject>,
  now: number,
): string | EdgeResponse {
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const parameters = search.split('&').filter(Boolean);
  const isOurs = (parameter: string) => NAMES.has(parameter.split('=')[0]!);
  const rest = parameters.filter((parameter) => !isOurs(parameter)).join('&');
  const target = rest ? `${path}?${rest}` : path;
  const inUrl = new Map(pairsOf(parameters.filter(isOurs).join('&'), '&'));
  const cookies = pairsOf(request.headers.cookie ?? '', ';').filter(([name]) => name.startsWith('CloudFront-'));
  const given = inUrl.has('Signature')
    ? inUrl
    : new Map(cookies.map(([name, value]): [string, string] => [name.slice('CloudFront-'.length), value]));
  const keyId = given.get('Key-Pair-Id');
  if (!keyId) return refuse('MissingKey', 'Missing Key-Pair-Id query parameter or cookie value');
  const key = keys.get(keyId);
  if (!key) return refuse('InvalidKey', 'Unknown Key');
  const url = `http://${request.headers.host ?? ''}${target}`;
  const policy = policyText(given, url);
  const algorithm = ALGORITHMS[given.get('Hash-Algorithm') ?? 'SHA1'];
  const signature = decode(given.get('Signature') ?? '');
  if (policy === undefined || !algorithm || !verify(algorithm, Buffer.from(policy), key, signature)) return DENIED;
  return admits(policy, url, request.socket.remoteAddress ?? '', now) ? target : DENIED;
}

/** The policy that was signed: the one that is sent, or the canned one, which follows from URL and time. */
function policyText(given: ReadonlyMap<string, string>, url: string): string | undefined {
  const sent = given.get('Policy');
  if (sent !== undefined) return decode(sent).toString();
  const expires = given.get('Expires');
  if (expires === undefined || !/^\d+$/.test(expires)) return undefined;
  return `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

/** DG: private-content-creating-signed-url-custom-policy. One statement, which has to end. */
function admits(text: string, url: string, address: string, now: number): boolean {
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

/** Whether an address of IPv4 is in a range such as `192.0.2.0/24`. */
function isWithin(address: string, range: string): boolean {
  const [network = '', bits = '32'] = range.split('/');
  const numberOf = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(address.replace(/^::ffff:/, '')) / size) === Math.floor(numberOf(network) / size);
}
