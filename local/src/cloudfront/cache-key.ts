import type { CachePolicyConfig } from '../deployment/deployment';
import type { ViewerRequest } from './viewer-request';

/** By what a response is kept, and by what invalidations name it. */
export interface CacheKey {
  key: string;
  /** The path, with the query string that belongs to the key. */
  path: string;
}

const isChosen = (behavior: string, names: readonly string[], name: string): boolean =>
  behavior === 'all' ||
  (behavior === 'whitelist' && names.includes(name)) ||
  (behavior === 'allExcept' && !names.includes(name));

/** What CloudFront makes of a viewer's Accept-Encoding. DG: cache-key-understand-cache-policy (compression support) */
function encodings(
  accepted: string,
  { EnableAcceptEncodingGzip: gzip, EnableAcceptEncodingBrotli: brotli }: Parameters,
): string {
  const offered = new Set(accepted.split(',').map((each) => each.split(';')[0]!.trim()));
  return [...(brotli && offered.has('br') ? ['br'] : []), ...(gzip && offered.has('gzip') ? ['gzip'] : [])].join(',');
}

type Parameters = CachePolicyConfig['ParametersInCacheKeyAndForwardedToOrigin'];

/** The headers and cookies that the cache policy puts into the key, and sends to the origin. DG: controlling-the-cache-key */
export function keyHeaders({ headers }: ViewerRequest, parameters: Parameters): Record<string, string> {
  const { HeadersConfig, CookiesConfig } = parameters;
  const listed = new Set((HeadersConfig.Headers ?? []).map((name) => name.toLowerCase()));
  const chosen = Object.entries(headers).filter(
    ([name]) => HeadersConfig.HeaderBehavior === 'whitelist' && listed.has(name),
  );
  const cookies = (headers['cookie'] ?? '')
    .split(/; */)
    .filter((pair) => isChosen(CookiesConfig.CookieBehavior, CookiesConfig.Cookies ?? [], pair.split('=')[0]!));
  const encoding = encodings(headers['accept-encoding'] ?? '', parameters);
  return {
    ...Object.fromEntries(chosen),
    ...(cookies.join('') && { cookie: cookies.join('; ') }),
    ...(encoding && { 'accept-encoding': encoding }),
  };
}

/** The query string that the cache policy puts into the key, and sends to the origin. */
export function keyQuery({ querystring }: ViewerRequest, { QueryStringsConfig }: Parameters): string {
  const { QueryStringBehavior, QueryStrings = [] } = QueryStringsConfig;
  const names = Object.keys(querystring).filter((name) => isChosen(QueryStringBehavior, QueryStrings, name));
  return names.map((name) => `${name}=${querystring[name]!.value}`).join('&');
}

/** The key of a request: neither the behavior nor the origin is in it. */
export function cacheKeyOf(request: ViewerRequest, policy: CachePolicyConfig): CacheKey {
  const parameters = policy.ParametersInCacheKeyAndForwardedToOrigin;
  const query = keyQuery(request, parameters);
  const path = query ? `${request.uri}?${query}` : request.uri;
  const headers = Object.entries(keyHeaders(request, parameters)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { key: headers.length ? `${path}\n${JSON.stringify(headers)}` : path, path };
}
