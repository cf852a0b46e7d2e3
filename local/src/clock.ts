interface Pending {
  due: number;
  run: () => void;
  timer?: NodeJS.Timeout;
}

/**
 * The time of the local distribution. Tests move it forward, so that a TTL or a queue's delay passes without waiting.
 */
export class Clock {
  #offset = 0;
  #pending = new Set<Pending>();

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** By how much it is ahead of the machine's, in milliseconds. */
  get offset(): number {
    return this.#offset;
  }

  /** Runs a task once, after this many milliseconds of this clock. */
  after(milliseconds: number, task: () => void): { cancel(): void } {
    const entry: Pending = { due: this.now() + milliseconds, run: task };
    this.#pending.add(entry);
    this.#arm(entry);
    return {
      cancel: () => {
        clearTimeout(entry.timer);
        this.#pending.delete(entry);
      },
    };
  }

  /** Moves time forward and runs all that falls due, in order. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
    const entries = [...this.#pending].sort((a, b) => a.due - b.due);
    for (const entry of entries) {
      clearTimeout(entry.timer);
      if (entry.due <= this.now()) this.#fire(entry);
      else this.#arm(entry);
    }
  }

  #arm(entry: Pending): void {
    // Servers keep the process running; what is due later, such as a retry, does not.
    entry.timer = setTimeout(() => this.#fire(entry), entry.due - this.now()).unref();
  }

  #fire(entry: Pending): void {
    if (this.#pending.delete(entry)) entry.run();
  }
}
