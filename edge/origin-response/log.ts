import type { Rendered } from '../render';

/** The one line of JSON that each render leaves in the log. */
export class RenderLog {
  #line: Record<string, unknown> = {};
  #milliseconds: Partial<Record<Phase, number>> = {};

  constructor(subject: { key: string; variant: string; originStatus: number }) {
    this.#line = { ...subject };
  }

  /** Runs a phase and notes how long it took. */
  async time<T>(phase: Phase, run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await run();
    } finally {
      this.#milliseconds[phase] = Math.round((this.#milliseconds[phase] ?? 0) + performance.now() - start);
    }
  }

  bytesIn(bytes: number): void {
    this.#line['bytesIn'] = bytes;
  }

  rendered({ body, contentType, width, height, frames, note }: Rendered): void {
    Object.assign(this.#line, { bytesOut: body.length, contentType, width, height, frames, ...(note && { note }) });
  }

  /** `rendered`, `redirected`, `unstored`, or the code of a failure. */
  outcome(outcome: string): void {
    this.#line['outcome'] = outcome;
  }

  /** A fault of this program, which the viewer sees as a 503. */
  error(error: unknown): void {
    this.#line['error'] = error instanceof Error ? error.stack : String(error);
  }

  write(): void {
    console.log(JSON.stringify({ ...this.#line, milliseconds: this.#milliseconds }));
  }
}

type Phase = 'get' | 'render' | 'put';
