import type { KeyObject } from 'node:crypto';
import type { CacheBehavior, CachePolicyConfig, Origin, ResponseHeadersPolicyConfig } from '../deployment/deployment';
import type { CloudFrontFunction, LambdaFunction } from '../functions/function';
import { wildcard } from '../iam/wildcard';
import type { OriginTarget } from './origin';

/** A cache behavior with all that it names. */
export interface Behavior {
  config: CacheBehavior;
  /** Missing for the default behavior. */
  pathPattern?: string;
  cachePolicy: CachePolicyConfig;
  responseHeadersPolicy?: ResponseHeadersPolicyConfig;
  viewerRequest?: CloudFrontFunction;
  /** By which viewers have to be signed, by their ids; missing where anybody may ask. */
  trustedKeys?: ReadonlyMap<string, KeyObject>;
  /** The origin-response function, as it runs for a regional edge cache. */
  originResponseFor?(region: string): LambdaFunction;
  origin: Origin;
  target: OriginTarget;
}

/** `%41` as `A` where RFC 3986 calls them the same, and without dot segments. RFC 3986, 6.2.2 */
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

/** Where the function at origin-response of an edge in a region runs: beside the Origin Shield, where there is one. */
export const functionRegionOf = ({ OriginShield: shield }: Origin, region: string): string =>
  (shield?.Enabled && shield.OriginShieldRegion) || region;

/**
 * The behavior for a path: the first in the distribution's order whose pattern it matches, `*` for any characters and
 * `?` for one, in upper and lower case as written; else the default. DG: DownloadDistValuesCacheBehavior (path pattern)
 * @param behaviors the default one last
 * @param url the path as the viewer wrote it, with or without a query string
 */
export function behaviorFor(behaviors: readonly Behavior[], url: string, normalise: boolean): Behavior {
  const written = url.split('?')[0]!;
  const path = normalise ? normalised(written) : written;
  const found = behaviors.find(
    ({ pathPattern }) => pathPattern === undefined || wildcard(`/${pathPattern.replace(/^\//, '')}`).test(path),
  );
  return found!;
}
