import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './request';

/** Transient statuses: throttling, and a function that a gateway cannot reach in time. */
const LATER = new Set([429, 502, 503, 504]);

/** With three of ten requests failing, one request in two million fails in all of them. */
const MAX_ATTEMPTS = 12;

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/** Whether to retry. No answer at all is transient, too, since connections break and functions start slowly. */
export const isTransient = ({ status }: Outcome): boolean => status === 0 || LATER.has(status);

/** Exponential with full jitter, so that requests that failed together are not repeated together; or `Retry-After`. */
const waitOf = (attempt: number, { retryAfterMs }: Outcome): number =>
  Math.max(retryAfterMs, Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));

/**
 * Retries until the answer is not a transient failure, or has been one too often.
 * @param onAttempt called with every answer, including the last one
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
