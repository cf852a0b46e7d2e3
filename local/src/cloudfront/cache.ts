import { LRUCache } from 'lru-cache';
import type { EdgeResponse } from './response';

/** A response in the cache. Times are milliseconds of the distribution's clock. */
export interface CachedResponse {
  response: EdgeResponse;
  /** Path and query string by which invalidations name it. */
  path: string;
  /** When the origin sent or revalidated it. */
  since: number;
  expires: number;
  tags: string[];
}

/** Of bodies. Beyond it, the least recently used responses are evicted. */
const MAX_BYTES = 512 * 1024 * 1024;

/** A distribution's cache in one region. `regional-edge.ts` decides whether a response in it is fresh. */
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

  /** Removes the responses that match an item of an invalidation. */
  invalidate(item: string): void {
    for (const [key, { path, tags }] of this.#responses.entries())
      if (isInvalidatedBy(item, path, tags)) this.#responses.delete(key);
  }
}

/**
 * Whether an item of an invalidation matches a response. An item is a path, a path that ends in `*`, or `#tag`.
 * DG: invalidation-specifying-objects, invalidation-specifying-tags
 */
export function isInvalidatedBy(item: string, path: string, tags: readonly string[]): boolean {
  if (item.startsWith('#')) return tags.includes(item.slice(1).toLowerCase());
  return item.endsWith('*') ? path.startsWith(item.slice(0, -1)) : path === item;
}
