/**
 * One pass over originals that have changed: deletes stale variants, and invalidates what CloudFront has cached.
 *
 * A render that read the old original may still be running, so a pass is repeated after the longest time that the
 * rendering function can run. docs/freshness.md explains why.
 */
import pMap from 'p-map';
import { LAMBDA_EDGE } from '../limits';
import { type Task, keyOf } from './messages';
import type { Storage } from './storage';

/** A key to refresh. */
export interface Change {
  key: string;
  /** Whether it has just changed. Otherwise the pass is a repetition. */
  isNew: boolean;
  /** Whether an earlier pass found any variant, fresh or stale. */
  listed: boolean;
}

/** Dependencies of a pass. */
export interface Services {
  storage: Storage;
  /** Sends tasks for later. @returns those that could not be sent */
  send(messages: Task[], delaySeconds: number): Promise<Task[]>;
  /** @returns the id of the invalidation */
  invalidate(keys: string[]): Promise<string>;
  /** Whether stored variants expire, so that CloudFront may still have a variant that S3 no longer has. */
  variantsExpire: boolean;
  hasEager: boolean;
  /** Whether it is too late to start another key: the remaining time is for those that were started. */
  isLate(): boolean;
}

/** The result of a pass for one key. */
export interface RefreshResult {
  key: string;
  isNew: boolean;
  /** Whether there is an original. */
  exists: boolean;
  /** How many were stored, fresh or stale. */
  variants: number;
  /** How many were deleted. */
  stale: number;
  isInvalidated: boolean;
}

export interface PassResult {
  refreshed: RefreshResult[];
  /** Errors by key. A failed key needs another pass; repeating all of a pass is safe. */
  failures: Map<string, unknown>;
}

/** There was no time left to start with a key, since a batch had too many variants. */
export class OutOfTimeError extends Error {
  override name = 'OutOfTimeError';
}

/** Longer than a render that began before the pass can take to store its variant. */
export const REPEAT_SECONDS = LAMBDA_EDGE.timeoutSeconds + 5;

/** How long an invalidation usually takes. DG: invalidation-by-tags. */
export const INVALIDATION_SECONDS = 5;

/** How many keys are worked on at a time. Each takes a few requests of some ten milliseconds. */
const CONCURRENCY = 64;

/** Runs one pass. A key that fails does not hold up the others. */
export async function pass(changes: Change[], services: Services): Promise<PassResult> {
  const inspection = await forEach(changes, (change) => inspect(change, services));
  // Before anything is deleted: whatever fails from here on, the repetition still knows that there were variants.
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

/** A key, and what is stored for it. */
interface Inspected extends Change {
  /** Its version; undefined if the original is gone. */
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

/** Sends tasks for some keys of a list. Keys whose task could not be sent have failed. */
async function send(messages: Task[], delaySeconds: number, list: Inspected[], services: Services): Promise<Step> {
  const unsent = messages.length > 0 ? await services.send(messages, delaySeconds) : [];
  const failed = new Map(unsent.map((task) => [keyOf(task), new Error('A message could not be sent.')]));
  return { done: list.filter(({ key }) => !failed.has(key)), failed };
}

/** @returns the id of the invalidation, if there was one; or an error for each key */
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
