/** `Cache-Control`: how long browsers and CloudFront keep a variant, or an error. */
import type { OriginResponseSettings } from '../config/settings';

declare const SETTINGS: OriginResponseSettings;

/** For what is to be asked for again at once. */
export const NO_STORE = 'no-store';

/** Of a variant, inline and stored: browsers ask again long before the CDN does. */
export function variantCacheControl(): string {
  const { browser, cdn, staleWhileRevalidate } = SETTINGS.cache;
  return `public, max-age=${browser}, s-maxage=${cdn}, stale-while-revalidate=${staleWhileRevalidate}`;
}

/** Of an error that will stay so for a while. CloudFront caches a 415 only with one of the two. */
export function errorCacheControl(): string {
  const { errors } = SETTINGS.cache;
  return `public, max-age=${errors}, s-maxage=${errors}`;
}
