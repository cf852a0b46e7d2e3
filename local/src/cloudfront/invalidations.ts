import { randomBytes } from 'node:crypto';
import { CACHE_TAGS, INVALIDATIONS } from '../../../edge/limits';
import type { Clock } from '../clock';
import { ServiceError } from '../http/service-error';

/** How long an invalidation is in progress; most by tag take about 5 s. DG: invalidation-by-tags */
const DURATION_MS = 5_000;

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

/** What is wrong with an item; undefined for a path, with or without a final `*`, and for a `#tag`. */
function problemOf(item: string): string | undefined {
  if (item.startsWith('#')) {
    const tag = item.slice(1);
    const valid = tag.length > 0 && tag.length <= CACHE_TAGS.tagCharacters && /^[\x21-\x2b\x2d-\x7e]+$/.test(tag);
    return valid && !tag.includes('*') ? undefined : 'is not a tag: printable ASCII without comma or wildcard';
  }
  if (!item.startsWith('/')) return 'begins with neither / nor #';
  return item.slice(0, -1).includes('*') ? 'has a * that is not at its end' : undefined;
}

/** The invalidations of one distribution. API Reference: CreateInvalidation */
export class Invalidations {
  readonly #all: Invalidation[] = [];
  readonly #clock: Clock;
  readonly #caches: readonly InvalidatedCache[];

  /** @param caches one a region; none for a distribution that is not run */
  constructor(clock: Clock, caches: readonly InvalidatedCache[]) {
    this.#clock = clock;
    this.#caches = caches;
  }

  /** @throws ServiceError for a batch that CloudFront would refuse */
  create(items: string[], callerReference: string): Invalidation {
    if (!items.length || !callerReference)
      throw new ServiceError(400, 'InvalidArgument', 'Paths or CallerReference is missing.');
    const invalid = items.find(problemOf);
    if (invalid !== undefined) throw new ServiceError(400, 'InvalidArgument', `${invalid} ${problemOf(invalid)}`);
    const known = this.#all.find((each) => each.callerReference === callerReference);
    if (known) {
      if (known.items.join('\n') === items.join('\n')) return known;
      throw new ServiceError(400, 'InvalidationBatchAlreadyExists', 'The caller reference was used for another batch.');
    }
    const inProgress = [
      ...this.#all.filter(({ status }) => status === 'InProgress').flatMap((each) => each.items),
      ...items,
    ];
    const wildcards = inProgress.filter((item) => item.endsWith('*')).length;
    if (inProgress.length > INVALIDATIONS.pathsInProgress || wildcards > INVALIDATIONS.wildcardsInProgress) {
      throw new ServiceError(400, 'TooManyInvalidationsInProgress', 'Too many invalidations are in progress.');
    }
    const id = `I${randomBytes(12).toString('hex').toUpperCase()}`;
    const created: Invalidation = { id, items, callerReference, created: this.#clock.now(), status: 'InProgress' };
    this.#all.unshift(created);
    // It reaches one region after another, all of them before it is completed.
    for (const [index, cache] of this.#caches.entries()) {
      const invalidate = () => {
        for (const item of items) cache.invalidate(item);
      };
      if (index === 0) invalidate();
      else this.#clock.after((DURATION_MS * index) / this.#caches.length, invalidate);
    }
    this.#clock.after(DURATION_MS, () => (created.status = 'Completed'));
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
