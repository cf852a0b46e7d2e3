import { itemsFor } from '../../edge/refresh/invalidation';
import { type Change, type Services, pass } from '../../edge/refresh/pass';
import type { Target } from './places';

/** Originals per step of the progress bar. */
const CHUNK = 200;

/** With more originals than these, one `/*` is invalidated in place of each. */
export const KEYS_BEFORE_ALL = 100;

export interface ReconcileOptions {
  /** Delete fresh variants, too. */
  force: boolean;
  /** Change nothing. */
  dryRun: boolean;
  /** Waits until no render is left that began before. */
  wait(): Promise<void>;
  onProgress(done: number, total: number): void;
}

export interface Reconciled {
  originals: number;
  variants: number;
  stale: number;
  /** What was invalidated. */
  items: number;
  /** Why that is everything in place of each original; missing where it is not. */
  everything?: 'many' | 'no cache tags';
  /** Keys of which there is neither an original nor a variant. */
  unknown: string[];
  /** Why keys could not be reconciled. */
  failures: Map<string, unknown>;
}

/**
 * Does for some originals what the refresh function does after they have changed: deletes what is stale of their
 * variants and invalidates what the CDN holds of them, until nothing stale turns up any more.
 */
export async function reconcile(target: Target, keys: string[], options: ReconcileOptions): Promise<Reconciled> {
  const first = await passes(target, changesOf(keys, true), options);
  const everything = reasonForAll(target, keys);
  const items = itemsFor(target.base, keys, everything ? 0 : Infinity);
  const { variants, stale, unknown } = first;
  const result = {
    originals: keys.length,
    variants,
    stale,
    unknown,
    items: items.length,
    ...(everything && { everything }),
  };
  if (options.dryRun) return { ...result, failures: first.failures };
  const failures = new Map(first.failures);
  if (unknown.length === keys.length) {
    // Nothing can be under way, but what an earlier purge could not invalidate may still be there.
    if (items.length > 0) await target.invalidate(items);
    return { ...result, failures };
  }
  let latest = first;
  do {
    if (items.length > 0) await target.invalidate(items);
    await options.wait();
    // What is rendered from now on is fresh, whatever `force` says.
    latest = await passes(target, changesOf(keys, false), { ...options, force: false });
    for (const [key, error] of latest.failures) failures.set(key, error);
  } while (latest.stale > 0);
  if (items.length > 0) await target.invalidate(items);
  return { ...result, failures };
}

function reasonForAll({ hasCacheTags }: Target, keys: string[]): Reconciled['everything'] {
  if (!hasCacheTags) return 'no cache tags';
  return keys.length > KEYS_BEFORE_ALL ? 'many' : undefined;
}

const changesOf = (keys: string[], isNew: boolean): Change[] => keys.map((key) => ({ key, isNew, listed: true }));

async function passes(
  { storage }: Target,
  changes: Change[],
  { force, dryRun, onProgress }: ReconcileOptions,
): Promise<Pick<Reconciled, 'variants' | 'stale' | 'unknown' | 'failures'>> {
  const totals = { variants: 0, stale: 0, unknown: [] as string[], failures: new Map<string, unknown>() };
  const services: Services = {
    storage: {
      ...storage,
      ...(force && { originalVersion: async () => undefined }),
      ...(dryRun && { delete: async () => undefined }),
    },
    // The second pass follows in any case, and invalidations are made for all keys together.
    send: async () => [],
    invalidate: async () => '',
    variantsExpire: true,
    hasEager: false,
    isLate: () => false,
  };
  for (let at = 0; at < changes.length; at += CHUNK) {
    const { refreshed, failures } = await pass(changes.slice(at, at + CHUNK), services);
    for (const { key, exists, variants, stale } of refreshed) {
      totals.variants += variants;
      totals.stale += stale;
      if (!exists && variants === 0 && !force) totals.unknown.push(key);
    }
    for (const [key, error] of failures) totals.failures.set(key, error);
    onProgress(Math.min(at + CHUNK, changes.length), changes.length);
  }
  return totals;
}
