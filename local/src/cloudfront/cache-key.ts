/** What the policies of a behavior take of a viewer's request: for the cache key, and for the request to the origin. */
import type { CachePolicyConfig } from '../deployment/deployment';
import { FORWARD_ALL_POLICIES } from '../deployment/managed-policies';
import type { Behavior } from './behaviors';
import { pairTexts } from './event-values';
import type { ViewerRequest } from './viewer-request';

type Parameters = CachePolicyConfig['ParametersInCacheKeyAndForwardedToOrigin'];

export interface CacheKey {
  key: string;
  /** The path by which invalidations name it, with the query string in the key. */
  path: string;
}

/** Headers of one connection, and those that CloudFront writes itself. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'via',
  'range',
]);

/** The key of a request. It depends on neither behavior nor origin. DG: controlling-the-cache-key */
export function cacheKeyOf(request: ViewerRequest, policy: CachePolicyConfig): CacheKey {
  const parameters = policy.ParametersInCacheKeyAndForwardedToOrigin;
  const query = keyQuery(request, parameters);
  const path = query ? `${request.uri}?${query}` : request.uri;
  const headers = Object.entries(keyHeaders(request, parameters)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { key: headers.length ? `${path}\n${JSON.stringify(headers)}` : path, path };
}

/**
 * The part of a request that reaches the origin: what is in the cache key, and what the origin request policy adds.
 * DG: controlling-origin-requests. Only the policies that forward everything are modelled.
 */
export function forwardedOf(
  request: ViewerRequest,
  { config, cachePolicy }: Behavior,
): { headers: Record<string, string>; query: string } {
  const parameters = cachePolicy.ParametersInCacheKeyAndForwardedToOrigin;
  const agent = { 'user-agent': 'Amazon CloudFront' };
  if (!FORWARD_ALL_POLICIES.has(config.OriginRequestPolicyId ?? '')) {
    return { headers: { ...agent, ...keyHeaders(request, parameters) }, query: keyQuery(request, parameters) };
  }
  const headers = Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.has(name));
  return { headers: { ...agent, ...Object.fromEntries(headers) }, query: pairTexts(request.querystring).join('&') };
}

function keyHeaders({ headers }: ViewerRequest, parameters: Parameters): Record<string, string> {
  const { HeadersConfig, CookiesConfig } = parameters;
  const listed = new Set((HeadersConfig.Headers ?? []).map((name) => name.toLowerCase()));
  const chosen = Object.entries(headers).filter(
    ([name]) => HeadersConfig.HeaderBehavior === 'whitelist' && listed.has(name),
  );
  const cookies = (headers['cookie'] ?? '')
    .split(/; */)
    .filter((pair) => isChosen(CookiesConfig.CookieBehavior, CookiesConfig.Cookies ?? [], pair.split('=')[0]!));
  const encodings = acceptedEncodings(headers['accept-encoding'] ?? '', parameters);
  return {
    ...Object.fromEntries(chosen),
    ...(cookies.join('') && { cookie: cookies.join('; ') }),
    ...(encodings && { 'accept-encoding': encodings }),
  };
}

function keyQuery({ querystring }: ViewerRequest, { QueryStringsConfig }: Parameters): string {
  const { QueryStringBehavior, QueryStrings = [] } = QueryStringsConfig;
  const names = Object.keys(querystring).filter((name) => isChosen(QueryStringBehavior, QueryStrings, name));
  return names.map((name) => `${name}=${querystring[name]!.value}`).join('&');
}

const isChosen = (behavior: string, names: readonly string[], name: string): boolean =>
  behavior === 'all' ||
  (behavior === 'whitelist' && names.includes(name)) ||
  (behavior === 'allExcept' && !names.includes(name));

/** Accept-Encoding, reduced to what the policy enables. DG: cache-key-understand-cache-policy (compression support) */
function acceptedEncodings(
  header: string,
  { EnableAcceptEncodingGzip: gzip, EnableAcceptEncodingBrotli: brotli }: Parameters,
): string {
  const accepted = new Set(header.split(',').map((each) => each.split(';')[0]!.trim()));
  return [...(brotli && accepted.has('br') ? ['br'] : []), ...(gzip && accepted.has('gzip') ? ['gzip'] : [])].join(',');
}
