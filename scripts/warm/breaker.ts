/** The latest answers, which decide. */
const WINDOW = 100;

/** Failures among them that stop the run: two thirds. */
const MAX_FAILURES = 67;

/** Refusals in a row, retries included, after which the distribution counts as down. */
const MAX_REFUSALS_IN_A_ROW = 20;

/** Opens when most of the latest answers are failures, retries included. */
export class Breaker {
  readonly #failed = new Uint8Array(WINDOW);
  #next = 0;
  #failures = 0;
  #refusals = 0;

  get isOpen(): boolean {
    return this.#failures >= MAX_FAILURES || this.#refusals >= MAX_REFUSALS_IN_A_ROW;
  }

  /** @param isRefused whether the failure is transient, unlike a missing original */
  record(hasFailed: boolean, isRefused: boolean): void {
    this.#refusals = isRefused ? this.#refusals + 1 : 0;
    const value = hasFailed ? 1 : 0;
    this.#failures += value - this.#failed[this.#next]!;
    this.#failed[this.#next] = value;
    this.#next = (this.#next + 1) % WINDOW;
  }
}
