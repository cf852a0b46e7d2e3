/** Answers that are looked back on. */
const WINDOW = 100;

/** Failures among them that stop the run: two thirds. */
const MOST_FAILURES = 67;

/** Tells when most answers of late are failures, retried ones included: then going on helps nobody. */
export class Breaker {
  readonly #failed = new Uint8Array(WINDOW);
  #next = 0;
  #failures = 0;

  get isOpen(): boolean {
    return this.#failures >= MOST_FAILURES;
  }

  record(hasFailed: boolean): void {
    const value = hasFailed ? 1 : 0;
    this.#failures += value - this.#failed[this.#next]!;
    this.#failed[this.#next] = value;
    this.#next = (this.#next + 1) % WINDOW;
  }
}
