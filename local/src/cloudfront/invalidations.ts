import { randomBytes } from 'node:crypto';
import { CACHE_TAGS, INVALIDATIONS } from '../../../edge/limits';
import type { Clock } from '../clock';
import { ServiceError } from '../http/service-error';

/** How long an invalidation is in progress; AWS says about 5 s for most by tag. DG: invalidation-by-tags */
const SECONDS = 5;

export interface Invalidation {
  id: string;
  items: string[];
  callerReference: string;
  /** Milliseconds since the epoch. */
  created: number;
  status: 'InProgress' | 'Completed';
}

/** A cache that invalidations reach. */
export interface InvalidatedCache {
  invalidate(item: string): void;
}

/** Says what is wrong with an item; undefined for a path, with or without `*` at its end, and for a `#tag`. */
function problemOf(item: string): string | undefined {
  if (item.startsWith('#')) {
    const tag = item.slice(1);
    const valid = tag.length > 0 && tag.length <= CACHE_TAGS.tagCharacters && /^[\x21-\x2b\x2d-\x7e]+$/.test(tag);
    return valid && !tag.includes('*') ? undefined : 'is no tag: printable ASCII without comma or wildcard';
  }
  if (!item.startsWith('/')) return 'begins neither with / nor with #';
  return item.slice(0, -1).includes('*') ? 'has a * that is not at its end' : undefined;
}

/** The invalidations of one distribution. API Reference: CreateInvalidation */
export class Invalidations {
  readonly #all: Invalidation[] = [];
  readonly #clock: Clock;
  readonly #caches: readonly InvalidatedCache[];

  /** @param caches those of all regions; none for a distribution that is not run */
  constructor(clock: Clock, caches: readonly InvalidatedCache[]) {
    this.#clock = clock;
    this.#caches = caches;
  }

  /** @throws ServiceError for a batch that CloudFront would refuse */
  create(items: string[], callerReference: string): Invalidation {
    if (!items.length || !callerReference)
      throw new ServiceError(400, 'InvalidArgument', 'Paths or CallerReference is missing.');
    const bad = items.find(problemOf);
    if (bad !== undefined) throw new ServiceError(400, 'InvalidArgument', `${bad} ${problemOf(bad)}`);
    const known = this.#all.find((each) => each.callerReference === callerReference);
    if (known) {
      if (known.items.join('\n') === items.join('\n')) return known;
      throw new ServiceError(400, 'InvalidationBatchAlreadyExists', 'The caller reference stands for another batch.');
    }
    const running = [
      ...this.#all.filter(({ status }) => status === 'InProgress').flatMap((each) => each.items),
      ...items,
    ];
    const wildcards = running.filter((item) => item.endsWith('*')).length;
    if (running.length > INVALIDATIONS.pathsInProgress || wildcards > INVALIDATIONS.wildcardsInProgress) {
      throw new ServiceError(400, 'TooManyInvalidationsInProgress', 'Too many invalidations are in progress.');
    }
    const id = `I${randomBytes(12).toString('hex').toUpperCase()}`;
    const created: Invalidation = { id, items, callerReference, created: this.#clock.now(), status: 'InProgress' };
    this.#all.unshift(created);
    // It reaches one region after the other, and the last one before it is completed.
    for (const [index, cache] of this.#caches.entries()) {
      const reach = () => {
        for (const item of items) cache.invalidate(item);
      };
      if (index === 0) reach();
      else this.#clock.after((SECONDS * 1000 * index) / this.#caches.length, reach);
    }
    this.#clock.after(SECONDS * 1000, () => (created.status = 'Completed'));
    return created;
  }

  /** @throws ServiceError if there is no invalidation with this id */
  get(id: string): Invalidation {
    const found = this.#all.find((each) => each.id === id);
    if (!found) throw new ServiceError(404, 'NoSuchInvalidation', 'The specified invalidation does not exist.');
    return found;
  }

  list(): readonly Invalidation[] {
    return this.#all;
  }
}
