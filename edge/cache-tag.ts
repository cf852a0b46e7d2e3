import { createHash } from 'node:crypto';

/** The header, and with its prefix the metadata of S3, that names the cache tag of a variant. */
export const CACHE_TAG_HEADER = 'x-amz-meta-cache-tag';

/**
 * The cache tag that all variants of an original share: a hex hash of its key, since tags know no case and no commas
 * (DG: invalidation-specifying-tags).
 */
export const cacheTagOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);
