import PQueue from 'p-queue';
import { setTimeout as sleep } from 'node:timers/promises';

/** A burst of refusals that were all under way together halves the concurrency once. */
const BETWEEN_HALVINGS_MS = 1_000;

/**
 * How many requests are under way at once, and how many begin in a second.
 *
 * A refusal for want of capacity halves the concurrency, at most once a second and never below one. It recovers by one
 * after as many successes in a row as there may be requests at once, up to where it began.
 */
export class Pace {
  readonly #most: number;
  readonly #queue: PQueue;
  /** Between the beginnings of two requests. */
  readonly #betweenMs: number;
  #nextAt = 0;
  #successes = 0;
  #halvedAt = -Infinity;
  #failure: { error: unknown } | undefined;

  /** @param rate requests a second, retries apart; Infinity for no limit */
  constructor(concurrency: number, rate: number) {
    this.#most = concurrency;
    this.#betweenMs = 1_000 / rate;
    this.#queue = new PQueue({ concurrency });
  }

  get concurrency(): number {
    return this.#queue.concurrency;
  }

  /**
   * Begins a task as soon as there is room, and waits until it has begun: so nobody is ahead of the requests.
   * @throws what an earlier task threw
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

  /** Waits for all that has begun. @throws what one of them threw */
  async finished(): Promise<void> {
    await this.#queue.onIdle();
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  succeeded(): void {
    this.#successes += 1;
    if (this.#successes < this.#queue.concurrency || this.#queue.concurrency >= this.#most) return;
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
