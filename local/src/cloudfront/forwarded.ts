import type { Behavior } from './behaviors';
import { keyHeaders, keyQuery } from './cache-key';
import { POLICIES_FOR_ALL } from '../deployment/managed-policies';
import type { ViewerRequest } from './viewer-request';

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

/**
 * The part of a viewer's request that reaches the origin: what is in the cache key, and what the origin request policy adds.
 * DG: controlling-origin-requests. Of other policies than those that forward everything, nothing is known here.
 */
export function forwarded(
  request: ViewerRequest,
  { config, cachePolicy }: Behavior,
): { headers: Record<string, string>; query: string } {
  const parameters = cachePolicy.ParametersInCacheKeyAndForwardedToOrigin;
  const agent = { 'user-agent': 'Amazon CloudFront' };
  if (!POLICIES_FOR_ALL.has(config.OriginRequestPolicyId ?? '')) {
    return { headers: { ...agent, ...keyHeaders(request, parameters) }, query: keyQuery(request, parameters) };
  }
  const headers = Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.has(name));
  const pairs = Object.entries(request.querystring).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((each) => `${name}=${each.value}`),
  );
  return { headers: { ...agent, ...Object.fromEntries(headers) }, query: pairs.join('&') };
}
