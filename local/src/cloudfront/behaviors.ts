import type { KeyObject } from 'node:crypto';
import type { CacheBehavior, CachePolicyConfig, Origin, ResponseHeadersPolicyConfig } from '../deployment/deployment';
import type { CloudFrontFunction, LambdaFunction } from '../functions/function';
import { wildcard } from '../iam/wildcard';
import type { OriginTarget } from './origin';

/** A cache behavior with its policies, functions and origin. */
export interface Behavior {
  config: CacheBehavior;
  /** Missing for the default behavior. */
  pathPattern?: string;
  cachePolicy: CachePolicyConfig;
  responseHeadersPolicy?: ResponseHeadersPolicyConfig;
  viewerRequest?: CloudFrontFunction;
  /** Keys that have to sign a viewer's request, by id; missing for a public behavior. */
  trustedKeys?: ReadonlyMap<string, KeyObject>;
  /** The origin-response function that runs for an edge in this region. */
  originResponseFor?(region: string): LambdaFunction;
  origin: Origin;
  target: OriginTarget;
}

/** Decodes unreserved characters (`%41` is `A`) and removes dot segments. RFC 3986, 6.2.2 */
function normalised(path: string): string {
  const decoded = path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
  const kept: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  if (['.', '..'].includes(segments.at(-1)!)) kept.push('');
  return `/${kept.join('/')}`;
}

/** Where the origin-response function for an edge in this region runs: at the Origin Shield, if there is one. */
export const functionRegionOf = ({ OriginShield: shield }: Origin, region: string): string =>
  (shield?.Enabled && shield.OriginShieldRegion) || region;

/**
 * The first behavior whose path pattern matches, else the default. Patterns are case-sensitive; `*` is any characters,
 * `?` is one. DG: DownloadDistValuesCacheBehavior (path pattern)
 * @param behaviors the default one last
 * @param url as the viewer sent it, with or without a query string
 */
export function behaviorFor(behaviors: readonly Behavior[], url: string, isNormalised: boolean): Behavior {
  const sent = url.split('?')[0]!;
  const path = isNormalised ? normalised(sent) : sent;
  const found = behaviors.find(
    ({ pathPattern }) => pathPattern === undefined || wildcard(`/${pathPattern.replace(/^\//, '')}`).test(path),
  );
  return found!;
}
