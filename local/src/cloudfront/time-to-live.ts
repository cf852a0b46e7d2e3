import { parse } from 'cache-control-parser';
import { ERROR_CACHING } from '../../../edge/limits';
import type { CachePolicyConfig, DistributionConfig } from '../deployment/deployment';
import type { EdgeResponse } from './response';

const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(max, value));

const isOneOf = (list: readonly number[], status: number): boolean => list.includes(status);

/**
 * How long CloudFront caches a response, in seconds; 0 for not at all.
 * DG: Expiration (successful responses), HTTPStatusCodes (errors).
 */
export function timeToLive(
  { status, headers }: EdgeResponse,
  policy: CachePolicyConfig,
  errorResponses: DistributionConfig['CustomErrorResponses'],
  now: number,
): number {
  const control = parse(headers['cache-control'] ?? '');
  const maxAge = control['s-maxage'] ?? control['max-age'];
  if (status >= 400) {
    // The policy's minimum TTL applies to errors, too.
    const minTtl = Math.max(
      policy.MinTTL,
      errorResponses?.find(({ ErrorCode }) => ErrorCode === status)?.ErrorCachingMinTTL ??
        ERROR_CACHING.defaultMinTtlSeconds,
    );
    if (control['no-store'] && isOneOf(ERROR_CACHING.unlessNoStore, status)) return policy.MinTTL;
    if (isOneOf(ERROR_CACHING.always, status)) return Math.max(minTtl, maxAge ?? 0);
    return maxAge !== undefined && isOneOf(ERROR_CACHING.withMaxAge, status) ? Math.max(minTtl, maxAge) : 0;
  }
  // A range must not be served as the whole object.
  if (status === 206) return 0;
  if (control['no-store'] || control['no-cache'] || control.private) return policy.MinTTL;
  if (maxAge !== undefined) return clamp(maxAge, policy.MinTTL, policy.MaxTTL);
  const expires = headers['expires'] ? Date.parse(headers['expires']) : NaN;
  if (!Number.isNaN(expires)) return clamp((expires - now) / 1000, policy.MinTTL, policy.MaxTTL);
  return clamp(policy.DefaultTTL, policy.MinTTL, policy.MaxTTL);
}
