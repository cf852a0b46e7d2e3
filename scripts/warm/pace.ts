import PQueue from 'p-queue';
import { setTimeout as sleep } from 'node:timers/promises';

/** Below the ten concurrent functions of a new account (docs/deploy.md), so that viewers are still served. */
export const DEFAULT_CONCURRENCY = 8;

/** A burst of refusals halves the concurrency only once. */
const BETWEEN_HALVINGS_MS = 1_000;

/**
 * Limits concurrent requests, and requests a second.
 *
 * A refusal for lack of capacity halves the concurrency, at most once a second and never below one. After as many successes in
 * a row, it grows by one, up to its first value.
 */
export class Pace {
  readonly #maxConcurrency: number;
  readonly #queue: PQueue;
  /** Time between the starts of two requests. */
  readonly #betweenMs: number;
  #nextAt = 0;
  #successes = 0;
  #halvedAt = -Infinity;
  #failure: { error: unknown } | undefined;

  /** @param rate requests a second, retries apart; Infinity for no limit */
  constructor(concurrency: number, rate: number) {
    this.#maxConcurrency = concurrency;
    this.#betweenMs = 1_000 / rate;
    this.#queue = new PQueue({ concurrency });
  }

  get concurrency(): number {
    return this.#queue.concurrency;
  }

  /**
   * Starts a task as soon as the limits allow, and resolves then, so that keys are not read ahead of the requests.
   * @throws the error of an earlier task
   */
  async begin(task: () => Promise<void>): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#betweenMs;
    if (at > now) await sleep(at - now);
    await new Promise<void>((began) => {
      this.#queue
        .add(() => {
          began();
          return task();
        })
        .catch((error: unknown) => (this.#failure ??= { error }));
    });
    this.#throwFailure();
  }

  /** Waits for all started tasks. @throws the error of one of them */
  async finished(): Promise<void> {
    await this.#queue.onIdle();
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  succeeded(): void {
    this.#successes += 1;
    if (this.#successes < this.#queue.concurrency || this.#queue.concurrency >= this.#maxConcurrency) return;
    this.#successes = 0;
    this.#queue.concurrency += 1;
  }

  refused(now = performance.now()): void {
    this.#successes = 0;
    if (now - this.#halvedAt < BETWEEN_HALVINGS_MS) return;
    this.#halvedAt = now;
    this.#queue.concurrency = Math.max(1, Math.floor(this.#queue.concurrency / 2));
  }
}
