/** `Cache-Control`: how long browsers and CloudFront keep a variant or an error. */
import type { OriginResponseSettings } from '../config/settings';

declare const SETTINGS: OriginResponseSettings;

/** For answers that no cache should keep. */
export const NO_STORE = 'no-store';

/** For a variant, sent by the function or by S3. Browsers ask again long before CloudFront does. */
export function variantCacheControl(): string {
  const { browser, cdn, staleWhileRevalidate } = SETTINGS.cache;
  return `public, max-age=${browser}, s-maxage=${cdn}, stale-while-revalidate=${staleWhileRevalidate}`;
}

/** For an error that will last for a while. CloudFront caches a 415 only with `max-age` or `s-maxage`. */
export function errorCacheControl(): string {
  const { errors } = SETTINGS.cache;
  return `public, max-age=${errors}, s-maxage=${errors}`;
}
