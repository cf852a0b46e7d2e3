import { MAX_RESIDENT, MAX_START_MS, MIB, POLL_MS, RunningClock } from './bounds';
import type { RenderProcess } from './process';

/** Time limits of one render, in milliseconds. */
export interface TimeLimits {
  /** For the render, from when the process has its task. */
  render: number;
  /** In all, including the start of the process. */
  left: number;
}

/** Watches the time and memory of a process during a render, and kills it if it exceeds a limit. */
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
    this.#timer = setInterval(() => this.#check(), POLL_MS);
  }

  /** Peak resident memory of the process, in bytes. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  get hasBegun(): boolean {
    return this.#begunAt !== undefined;
  }

  /** Call it once the process has its task. Until then, the time to start is limited. */
  begin(): void {
    this.#begunAt = this.#clock.read();
  }

  end(): void {
    this.#check();
    clearInterval(this.#timer);
  }

  #check(): void {
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
