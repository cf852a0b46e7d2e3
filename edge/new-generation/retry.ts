import { setTimeout as sleep } from 'node:timers/promises';

/** When to retry, in milliseconds. */
export interface RetryPolicy {
  /** Pause after the first failure. It doubles with each failure. */
  firstPauseMs: number;
  longestPauseMs: number;
  /** How long after the first attempt another one may begin. */
  forMs: number;
}

/**
 * Retries after temporary failures, and logs each.
 * @throws the error of the last attempt
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  isTemporary: (error: unknown) => boolean,
  { firstPauseMs, longestPauseMs, forMs }: RetryPolicy,
): Promise<T> {
  const end = Date.now() + forMs;
  for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTemporary(error) || Date.now() + pause > end) throw error;
      console.log(JSON.stringify({ error: String(error), againInMs: pause }));
    }
    await sleep(pause);
  }
}
