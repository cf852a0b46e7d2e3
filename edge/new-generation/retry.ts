import { setTimeout as sleep } from 'node:timers/promises';

/** How something is tried again, in milliseconds. */
export interface RetryPolicy {
  /** Pause after the first failure; it doubles with each. */
  firstPauseMs: number;
  longestPauseMs: number;
  /** No try begins later than this. */
  forMs: number;
}

/**
 * Tries again while a failure may pass by itself, with a line in the log for each.
 * @throws the error of the last attempt
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  mayPass: (error: unknown) => boolean,
  { firstPauseMs, longestPauseMs, forMs }: RetryPolicy,
): Promise<T> {
  const end = Date.now() + forMs;
  for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error) || Date.now() + pause > end) throw error;
      console.log(JSON.stringify({ error: String(error), againInMs: pause }));
    }
    await sleep(pause);
  }
}
