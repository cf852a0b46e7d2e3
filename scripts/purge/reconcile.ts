import { itemsFor } from '../../edge/refresh/invalidation';
import { type Change, type Services, pass } from '../../edge/refresh/pass';
import type { Target } from './places';

/** Originals per step of the progress bar. */
const CHUNK = 200;

/** With more originals than this, one `/*` is invalidated instead of each. */
export const KEYS_BEFORE_ALL = 100;

export interface ReconcileOptions {
  /** Delete fresh variants, too. */
  force: boolean;
  /** Change nothing. */
  dryRun: boolean;
  /** Waits until all renders that have begun are done. */
  wait(): Promise<void>;
  onProgress(done: number, total: number): void;
}

export interface Reconciled {
  originals: number;
  variants: number;
  stale: number;
  /** Number of invalidated items. */
  items: number;
  /** Why everything is invalidated instead of each original, if it is. */
  everything?: 'many' | 'no cache tags';
  /** Keys with neither an original nor a variant. */
  unknown: string[];
  /** Why keys could not be reconciled. */
  failures: Map<string, unknown>;
}

/**
 * Does for some originals what the refresh function does after a change: deletes their stale variants and invalidates their
 * copies in the CDN, until nothing stale is left.
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
    // No render can be in progress, but an earlier purge may have failed to invalidate.
    if (items.length > 0) await target.invalidate(items);
    return { ...result, failures };
  }
  let latest = first;
  do {
    if (items.length > 0) await target.invalidate(items);
    await options.wait();
    // Variants that are rendered from now on are fresh, even with `force`.
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
    // This command makes the second pass itself, and invalidates all keys together.
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
