/**
 * One pass over originals that have changed: stale variants are deleted, and what the CDN holds is invalidated.
 *
 * A render that read the old original may still be running, so a pass is repeated after the longest life of the
 * rendering function; docs/freshness.md has the reasoning.
 */
import pMap from 'p-map';
import { LAMBDA_EDGE } from '../limits';
import { type Task, keyOf } from './messages';
import type { Storage } from './storage';

/** A key to refresh. */
export interface Change {
  key: string;
  /** Whether something has just happened to it; else the pass is a repetition. */
  isNew: boolean;
  /** Whether an earlier pass saw any variant, fresh or stale. */
  listed: boolean;
}

/** Dependencies of a pass. */
export interface Services {
  storage: Storage;
  /** Sends messages for later. @returns those that could not be sent */
  send(messages: Task[], delaySeconds: number): Promise<Task[]>;
  /** @returns the id of the invalidation */
  invalidate(keys: string[]): Promise<string>;
  /** Invalidate even what has no stored variant: it may have expired in S3 and live on in the CDN. */
  variantsExpire: boolean;
  hasEager: boolean;
  /** Whether it is too late to start another key: the remaining time is for finishing the current ones. */
  isLate(): boolean;
}

/** The result of a pass for one key. */
export interface RefreshResult {
  key: string;
  isNew: boolean;
  /** Whether there is an original. */
  exists: boolean;
  /** Stored ones, fresh or stale. */
  variants: number;
  /** Those that were deleted. */
  stale: number;
  isInvalidated: boolean;
}

export interface PassResult {
  refreshed: RefreshResult[];
  /** Errors by key. A failed key has to be passed again; repeating the whole pass is safe. */
  failures: Map<string, unknown>;
}

/** There was no time left to begin with a key: there were too many variants in one batch. */
export class OutOfTimeError extends Error {
  override name = 'OutOfTimeError';
}

/** Longer than a render that began before the pass can run, including storing its variant. */
export const REPEAT_SECONDS = LAMBDA_EDGE.timeoutSeconds + 5;

/** How long an invalidation usually takes. DG: invalidation-by-tags. */
export const INVALIDATION_SECONDS = 5;

/** Keys that are worked on side by side: each takes a few requests of some ten milliseconds. */
const CONCURRENCY = 64;

/** Runs one pass. A key that fails does not hold up the others. */
export async function pass(changes: Change[], services: Services): Promise<PassResult> {
  const inspection = await forEach(changes, (change) => inspect(change, services));
  // Before anything is deleted: after a failure from here on, the repetition still knows that there were variants.
  const repeated = inspection.done.filter(({ isNew, stale }) => isNew || stale.length > 0);
  const repeats = repeated.map(({ key, listed }): Task => ({ again: key, listed }));
  const repetition = await send(repeats, REPEAT_SECONDS, inspection.done, services);
  const deletion = await forEach(repetition.done, (one) => deleteStale(one, services));
  const cached = deletion.done.filter(({ listed }) => listed || services.variantsExpire);
  const invalidation = await invalidate(cached, services);
  const invalidated = invalidation.failed ? without(deletion.done, cached) : deletion.done;
  const settled = without(invalidated, repeated).filter(({ original }) => original !== undefined);
  const eager = services.hasEager
    ? settled.map(({ key }): Task => ({ eager: key, invalidation: invalidation.id, attempt: 1 }))
    : [];
  const seconds = invalidation.id === undefined ? 0 : INVALIDATION_SECONDS;
  const request = await send(eager, seconds, invalidated, services);
  return {
    refreshed: request.done.map((one) => ({
      key: one.key,
      isNew: one.isNew,
      exists: one.original !== undefined,
      variants: one.variants,
      stale: one.stale.length,
      isInvalidated: cached.includes(one),
    })),
    failures: new Map(
      [inspection, repetition, deletion, invalidation, request].flatMap(({ failed }) => [...(failed ?? [])]),
    ),
  };
}

/** A key with its state in storage. */
interface Inspected extends Change {
  /** Its version; undefined where the original is gone. */
  original: string | undefined;
  variants: number;
  stale: string[];
}

/** The result of a step: the keys that go on to the next one, and the errors of the others. */
interface Step {
  done: Inspected[];
  failed: Map<string, unknown>;
}

const without = (list: Inspected[], others: Inspected[]): Inspected[] => list.filter((one) => !others.includes(one));

async function forEach<T extends Change>(list: T[], run: (item: T) => Promise<Inspected>): Promise<Step> {
  const failed = new Map<string, unknown>();
  const results = await pMap(list, (item) => run(item).catch((error: unknown) => void failed.set(item.key, error)), {
    concurrency: CONCURRENCY,
  });
  return { done: results.filter((result) => result !== undefined), failed };
}

async function inspect(change: Change, { storage, isLate }: Services): Promise<Inspected> {
  if (isLate()) throw new OutOfTimeError();
  const original = await storage.originalVersion(change.key);
  const variants = await storage.listVariants(change.key);
  const origins = await pMap(variants, (variant) => storage.madeFrom(variant), { concurrency: 8 });
  const stale = variants.filter((_, index) => origins[index] !== undefined && origins[index] !== original);
  return { ...change, original, variants: variants.length, stale, listed: change.listed || variants.length > 0 };
}

async function deleteStale(one: Inspected, { storage }: Services): Promise<Inspected> {
  if (one.stale.length > 0) await storage.delete(one.stale);
  return one;
}

/** Sends messages about some keys of a list; keys whose message could not be sent have failed. */
async function send(messages: Task[], delaySeconds: number, list: Inspected[], services: Services): Promise<Step> {
  const unsent = messages.length > 0 ? await services.send(messages, delaySeconds) : [];
  const failed = new Map(unsent.map((task) => [keyOf(task), new Error('A message could not be sent.')]));
  return { done: list.filter(({ key }) => !failed.has(key)), failed };
}

/** @returns the id of the invalidation, if one was needed; or the errors of all keys */
async function invalidate(
  cached: Inspected[],
  services: Services,
): Promise<{ id?: string; failed?: Map<string, unknown> }> {
  if (cached.length === 0) return {};
  const keys = cached.map(({ key }) => key);
  try {
    return { id: await services.invalidate(keys) };
  } catch (error) {
    return { failed: new Map(keys.map((key) => [key, error])) };
  }
}
