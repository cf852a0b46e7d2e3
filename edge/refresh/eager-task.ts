import type { Grammar } from '../variant';
import { SQS } from '../limits';
import { makeEager } from './eager';
import type { EagerTask, Task } from './messages';
import { INVALIDATION_SECONDS } from './pass';

/** Edge, regional cache and Origin Shield may each keep a 404 for its own time, the one after the other. DG: origin-shield. */
const CACHES = 3;

/** What eager sizes are made with. */
export interface EagerWorld {
  grammar: Grammar;
  sizes: string[];
  /** How long a 404 or 415 may be cached, in seconds. */
  errorSeconds: number;
  /** Of the distribution, without a slash at the end. */
  url(): Promise<string>;
  isComplete(invalidation: string): Promise<boolean>;
  /** @returns those that could not be sent */
  send(tasks: Task[], delaySeconds: number): Promise<Task[]>;
  log(line: object): void;
}

/**
 * Makes the eager sizes of one original, or sees to it that they are made later: when the invalidation is complete,
 * or when an error from before the upload is no longer cached.
 * @throws Error where neither can be done now
 */
export async function runEager(task: EagerTask, world: EagerWorld): Promise<void> {
  const later = async (message: EagerTask, seconds: number) => {
    const unsent = await world.send([message], seconds);
    if (unsent.length > 0) throw new Error('A message could not be sent.');
  };
  const { eager: key, invalidation, attempt } = task;
  if (invalidation !== undefined && !(await world.isComplete(invalidation))) return later(task, INVALIDATION_SECONDS);
  const isEarly = await makeEager(await world.url(), world.grammar, world.sizes, key);
  world.log({ eager: key, attempt, isEarly });
  const wait = Math.min(SQS.delaySeconds, world.errorSeconds + INVALIDATION_SECONDS);
  const attempts = 1 + Math.ceil((CACHES * (world.errorSeconds + INVALIDATION_SECONDS)) / wait);
  if (isEarly && attempt < attempts) await later({ eager: key, attempt: attempt + 1 }, wait);
}
