import type { RetryPolicy } from './retry';

export interface NewGenerationSettings {
  /** Retries of the invalidation. */
  invalidating: RetryPolicy;
  /** Retries of the response to CloudFormation. */
  answering: RetryPolicy;
  /** Time limit of one request, in milliseconds. */
  requestMs: number;
}

/** Longer than other invalidations may take: those after a bulk overwrite take some minutes. */
export const NEW_GENERATION: NewGenerationSettings = {
  invalidating: { firstPauseMs: 2_000, longestPauseMs: 20_000, forMs: 8 * 60_000 },
  answering: { firstPauseMs: 1_000, longestPauseMs: 20_000, forMs: 3 * 60_000 },
  requestMs: 10_000,
};

/** The longest time that a call can take, in milliseconds. */
export const longestCallMs = ({ invalidating, answering, requestMs }: NewGenerationSettings): number =>
  invalidating.forMs + answering.forMs + 2 * requestMs;
