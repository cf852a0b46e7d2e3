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

/** What is known of a key before a pass. */
export interface Change {
  key: string;
  /** Whether something has just happened to it; else the pass is a repetition. */
  isNew: boolean;
  /** Whether an earlier pass saw any variant, fresh or stale. */
  listed: boolean;
}

/** What a pass works on. */
export interface World {
  storage: Storage;
  /** Sends messages for later. @returns those that could not be sent */
  send(messages: Task[], delaySeconds: number): Promise<Task[]>;
  /** @returns the id of the invalidation */
  invalidate(keys: string[]): Promise<string>;
  /** Invalidate even what has no stored variant: it may have expired in S3 and live on in the CDN. */
  variantsExpire: boolean;
  hasEager: boolean;
  /** Whether nothing more may be begun: the rest of the time is for ending what has been. */
  isLate(): boolean;
  log(line: object): void;
}

/** Why a key that was not looked at failed: there were too many variants in one batch. */
export class OutOfTime extends Error {
  override name = 'OutOfTime';
}

/** Longer than any render lives that began before the pass, the put of its variant included. */
export const REPEAT_SECONDS = LAMBDA_EDGE.timeoutSeconds + 5;

/** Keys that are looked at side by side: each takes a few requests of some ten milliseconds. */
const CONCURRENCY = 64;

/** After an invalidation has been asked for, it takes so long. DG: invalidation-by-tags. */
export const INVALIDATION_SECONDS = 5;

interface Seen extends Change {
  original: string | undefined;
  variants: number;
  stale: string[];
}

async function look({ storage, isLate }: World, change: Change): Promise<Seen> {
  if (isLate()) throw new OutOfTime();
  const original = await storage.originalEtag(change.key);
  const variants = await storage.listVariants(change.key);
  const origins = await pMap(variants, (variant) => storage.madeFrom(variant), { concurrency: 8 });
  const stale = variants.filter((_, index) => origins[index] !== undefined && origins[index] !== original);
  return { ...change, original, variants: variants.length, stale, listed: change.listed || variants.length > 0 };
}

/**
 * Does one pass; what fails of one key does not hold up the others.
 * @returns why keys failed; they have to be given again, and nothing is lost if all of it is repeated
 */
export async function pass(changes: Change[], world: World): Promise<Map<string, unknown>> {
  const failures = new Map<string, unknown>();
  const each = async <T extends Change, R>(list: T[], run: (item: T) => Promise<R>): Promise<R[]> => {
    const results = await pMap(
      list,
      (item) => run(item).catch((error: unknown) => void failures.set(item.key, error)),
      {
        concurrency: CONCURRENCY,
      },
    );
    return results.filter((result) => result !== undefined);
  };
  const alive = <T extends Change>(list: T[]): T[] => list.filter(({ key }) => !failures.has(key));
  const send = async (messages: Task[], delaySeconds: number) => {
    for (const unsent of await world.send(messages, delaySeconds)) {
      failures.set(keyOf(unsent), new Error('A message could not be sent.'));
    }
  };

  const seen = await each(changes, (change) => look(world, change));
  // Before anything is deleted: after a failure from here on, the repetition still knows that there were variants.
  const repeated = seen.filter(({ isNew, stale }) => isNew || stale.length > 0);
  await send(
    repeated.map(({ key, listed }) => ({ again: key, listed })),
    REPEAT_SECONDS,
  );
  await each(alive(seen), async ({ stale }) => stale.length > 0 && world.storage.delete(stale));
  const touched = alive(seen).filter(({ listed }) => listed || world.variantsExpire);
  const invalidation = await invalidate(touched, world, failures);
  const settled = alive(seen).filter((one) => !repeated.includes(one) && one.original !== undefined);
  if (world.hasEager) {
    await send(
      settled.map(({ key }) => ({ eager: key, invalidation, attempt: 1 })),
      invalidation === undefined ? 0 : INVALIDATION_SECONDS,
    );
  }
  for (const { key, isNew, original, variants, stale } of alive(seen)) {
    const isInvalidated = touched.some((one) => one.key === key);
    world.log({ refreshed: key, isNew, exists: original !== undefined, variants, stale: stale.length, isInvalidated });
  }
  return failures;
}

async function invalidate(touched: Seen[], world: World, failures: Map<string, unknown>): Promise<string | undefined> {
  if (touched.length === 0) return undefined;
  try {
    return await world.invalidate(touched.map(({ key }) => key));
  } catch (error) {
    for (const { key } of touched) failures.set(key, error);
    return undefined;
  }
}
