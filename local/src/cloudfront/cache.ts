import { LRUCache } from 'lru-cache';
import type { EdgeResponse } from './response';

/** A response in the cache. Times are milliseconds of the distribution's clock. */
export interface CachedResponse {
  response: EdgeResponse;
  /** Path and query string by which invalidations name it. */
  path: string;
  /** When the origin sent or confirmed it. */
  since: number;
  /** When it expires. */
  until: number;
  tags: string[];
}

/** The most bytes of bodies in the cache; beyond them, the least recently used responses go. */
const MAX_BYTES = 512 * 1024 * 1024;

/** The cache of a distribution in one region, by cache key. */
export class Cache {
  #responses = new LRUCache<string, CachedResponse>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ response }) => response.body.length + 1,
  });

  get(key: string): CachedResponse | undefined {
    return this.#responses.get(key);
  }

  set(key: string, cached: CachedResponse): void {
    this.#responses.set(key, cached);
  }

  /** Removes the responses that an item of an invalidation names. */
  invalidate(item: string): void {
    for (const [key, { path, tags }] of this.#responses.entries())
      if (isNamedBy(item, path, tags)) this.#responses.delete(key);
  }
}

/**
 * Whether an item of an invalidation names the response of a path: a path, one that ends in `*`, or `#tag`.
 * DG: invalidation-specifying-objects, invalidation-specifying-tags
 */
export function isNamedBy(item: string, path: string, tags: readonly string[]): boolean {
  if (item.startsWith('#')) return tags.includes(item.slice(1).toLowerCase());
  return item.endsWith('*') ? path.startsWith(item.slice(0, -1)) : path === item;
}
