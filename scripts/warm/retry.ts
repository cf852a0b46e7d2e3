import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './request';

/** Statuses that say "later": throttling, and what a gateway says of a function that is not there in time. */
const LATER = new Set([429, 502, 503, 504]);

/** With three of ten requests failing, one request in two million fails in all of them. */
const MAX_ATTEMPTS = 12;

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/** Whether it is worth asking again: no answer at all is, since connections break and functions are slow at first. */
export const isTransient = ({ status }: Outcome): boolean => status === 0 || LATER.has(status);

/** Exponential with full jitter, so that those who failed together do not come back together; or what the answer says. */
const waitOf = (attempt: number, { retryAfterMs }: Outcome): number =>
  Math.max(retryAfterMs, Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));

/**
 * Asks until the answer is no transient failure, or has been one too often.
 * @param onAttempt told of every answer, the last one included
 * @returns undefined if stopped between two attempts
 */
export async function askPatiently(
  ask: () => Promise<Outcome>,
  stopped: AbortSignal,
  onAttempt: (outcome: Outcome) => void,
): Promise<Outcome | undefined> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await ask();
    onAttempt(outcome);
    if (!isTransient(outcome) || attempt === MAX_ATTEMPTS) return outcome;
    try {
      await sleep(waitOf(attempt, outcome), undefined, { signal: stopped });
    } catch {
      return undefined;
    }
  }
}
