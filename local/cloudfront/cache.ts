import { LRUCache } from 'lru-cache';
import type { Response } from './response';

/** A response that CloudFront has kept. Times in milliseconds of the distribution's clock. */
export interface Kept {
  response: Response;
  /** When it came from the origin, or was confirmed by it. */
  since: number;
  until: number;
  tags: string[];
}

/** So many bytes of bodies are kept; then the ones go first that were asked for least recently. */
const MAX_BYTES = 512 * 1024 * 1024;

/** What a distribution keeps, by cache key. */
export class Cache {
  #kept = new LRUCache<string, Kept>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ response }) => response.body.length + 1,
  });

  get(key: string): Kept | undefined {
    return this.#kept.get(key);
  }

  set(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
  }

  /** Drops what an item of an invalidation names. */
  invalidate(item: string): void {
    for (const [key, { tags }] of this.#kept.entries()) if (isNamed(item, key, tags)) this.#kept.delete(key);
  }
}

/**
 * Whether an item of an invalidation names what is kept under a key: a path, one that ends in `*`, or `#tag`.
 * DG: invalidation-specifying-objects, invalidation-specifying-tags
 */
export function isNamed(item: string, key: string, tags: readonly string[]): boolean {
  if (item.startsWith('#')) return tags.includes(item.slice(1).toLowerCase());
  return item.endsWith('*') ? key.startsWith(item.slice(0, -1)) : key === item;
}
