/** Latest answers that are considered. */
const WINDOW = 100;

/** Failures among them that stop the run: two thirds. */
const MAX_FAILURES = 67;

/** Refusals in a row, retried ones included, after which nobody is taken to be there. */
const MAX_REFUSALS_IN_A_ROW = 20;

/** Trips when most of the latest answers are failures, retried ones included: going on would help nobody. */
export class Breaker {
  readonly #failed = new Uint8Array(WINDOW);
  #next = 0;
  #failures = 0;
  #refusals = 0;

  get isOpen(): boolean {
    return this.#failures >= MAX_FAILURES || this.#refusals >= MAX_REFUSALS_IN_A_ROW;
  }

  /** @param isRefused whether it failed in a way that may pass, unlike a missing original */
  record(hasFailed: boolean, isRefused: boolean): void {
    this.#refusals = isRefused ? this.#refusals + 1 : 0;
    const value = hasFailed ? 1 : 0;
    this.#failures += value - this.#failed[this.#next]!;
    this.#failed[this.#next] = value;
    this.#next = (this.#next + 1) % WINDOW;
  }
}
