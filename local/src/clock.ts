interface ScheduledTask {
  /** Milliseconds since the epoch. */
  due: number;
  run: () => void;
  timer?: NodeJS.Timeout;
}

/** The local distribution's time. Tests move it forward, so that a TTL or a queue's delay passes without waiting. */
export class Clock {
  #offset = 0;
  #tasks = new Set<ScheduledTask>();

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** How far it is ahead of the machine's clock, in milliseconds. */
  get offset(): number {
    return this.#offset;
  }

  /** Runs a function once, after a delay by this clock. */
  after(milliseconds: number, run: () => void): { cancel(): void } {
    const task: ScheduledTask = { due: this.now() + milliseconds, run };
    this.#tasks.add(task);
    this.#arm(task);
    return {
      cancel: () => {
        clearTimeout(task.timer);
        this.#tasks.delete(task);
      },
    };
  }

  /** Moves time forward and runs every task that falls due, in order. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
    const tasks = [...this.#tasks].sort((a, b) => a.due - b.due);
    for (const task of tasks) {
      clearTimeout(task.timer);
      if (task.due <= this.now()) this.#run(task);
      else this.#arm(task);
    }
  }

  #arm(task: ScheduledTask): void {
    // A pending task must not keep the process running; servers do.
    task.timer = setTimeout(() => this.#run(task), task.due - this.now()).unref();
  }

  #run(task: ScheduledTask): void {
    if (this.#tasks.delete(task)) task.run();
  }
}
