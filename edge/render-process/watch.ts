import { MAX_RESIDENT, MAX_START_MS, MIB, POLL_MS, RunningClock } from './bounds';
import type { RenderProcess } from './process';

/** What one render may take, in milliseconds. */
export interface TimeLimits {
  /** From the moment at which the process has its task. */
  render: number;
  /** Altogether. */
  left: number;
}

/** Looks at a process while it has a task, and ends it once it has taken what it may. */
export class Watch {
  readonly #rendering: RenderProcess;
  readonly #limits: TimeLimits;
  readonly #clock = new RunningClock();
  readonly #timer: NodeJS.Timeout;
  #begunAt: number | undefined;
  #peakBytes = 0;

  constructor(rendering: RenderProcess, limits: TimeLimits) {
    this.#rendering = rendering;
    this.#limits = limits;
    this.#timer = setInterval(() => this.#look(), POLL_MS);
  }

  /** The most resident memory that the process was seen with. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  get hasBegun(): boolean {
    return this.#begunAt !== undefined;
  }

  /** To be called once the process has its task: until then it only has the time to start. */
  begin(): void {
    this.#begunAt = this.#clock.read();
  }

  end(): void {
    this.#look();
    clearInterval(this.#timer);
  }

  #look(): void {
    const elapsed = this.#clock.read();
    const resident = this.#rendering.residentBytes;
    this.#peakBytes = Math.max(this.#peakBytes, resident);
    if (resident + process.memoryUsage.rss() > MAX_RESIDENT) {
      this.#rendering.kill('memory', `${Math.round(resident / MIB)} MB resident`);
    } else if (this.#begunAt !== undefined && elapsed - this.#begunAt >= this.#limits.render) {
      this.#rendering.kill('time', `${Math.round(elapsed - this.#begunAt)} ms`);
    } else if (elapsed >= this.#limits.left) {
      this.#rendering.kill('late', `${Math.round(elapsed)} ms`);
    } else if (this.#begunAt === undefined && elapsed >= MAX_START_MS) {
      this.#rendering.kill('start', `no reply in ${Math.round(elapsed)} ms`);
    }
  }
}
