import { createHash } from 'node:crypto';

/** The header, and with its prefix the metadata of S3, that names the cache tag of a variant. */
export const CACHE_TAG_HEADER = 'x-amz-meta-cache-tag';

/**
 * The cache tag that all variants of an original share: a hex hash, since tags know no case and no commas
 * (DG: invalidation-specifying-tags). Tags are the distribution's, which may have a resizer below each of several bases.
 * @param base empty, or begins with a slash, as no key does
 */
export const cacheTagOf = (base: string, key: string): string =>
  createHash('sha256')
    .update(base && `${base}/`)
    .update(key)
    .digest('hex')
    .slice(0, 32);
