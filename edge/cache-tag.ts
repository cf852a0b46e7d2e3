import { createHash } from 'node:crypto';

/** The header with the cache tag of a variant, which S3 makes from its metadata. */
export const CACHE_TAG_HEADER = 'x-amz-meta-cache-tag';

/**
 * The cache tag that all variants of an original share: a hex hash, since tags ignore case and have no commas
 * (DG: invalidation-specifying-tags). It includes the base, since a distribution may have several resizers.
 * @param base empty, or begins with a slash, which no key does
 */
export const cacheTagOf = (base: string, key: string): string =>
  createHash('sha256')
    .update(base && `${base}/`)
    .update(key)
    .digest('hex')
    .slice(0, 32);
