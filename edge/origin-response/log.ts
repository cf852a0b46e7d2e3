import type { OriginResponseSettings } from '../config/settings';
import type { Focus } from '../focus';
import { METRICS, UNSTORED, measuredFields } from '../metrics';
import type { Rendered } from '../render/types';
import type { RenderReport } from '../render-process/renderer';
import type { S3Failure } from './s3-failure';

declare const SETTINGS: OriginResponseSettings;

/** A part of the work whose time is measured. */
type Phase = typeof METRICS.get | typeof METRICS.render | typeof METRICS.put;

interface Subject {
  key: string;
  variant: string;
  /** S3's status for the variant. */
  originStatus: number;
}

/** How many characters of an invalid focal point are logged. */
const FOCUS_CHARACTERS = 100;

/**
 * The log line of one answer, as JSON, from which CloudWatch extracts metrics. An answer of S3 that is passed on is
 * logged only if S3 failed.
 */
export class RenderLog {
  /** `rendered`, `redirected`, or the code of a failure; undefined if S3's answer is passed on. */
  outcome: string | undefined;
  /** Whether the variant could not be stored. This becomes the outcome, since each request then costs a render. */
  isUnstored = false;
  /** Requests to S3 that failed, whether or not the answer did. */
  readonly s3Failures: S3Failure[] = [];
  readonly #line: Record<string, unknown>;
  readonly #values: Record<string, number>;

  constructor(subject: Subject) {
    this.#line = { ...subject };
    this.#values = { [METRICS.denied]: subject.originStatus === 403 ? 1 : 0 };
  }

  /** Runs a phase and logs how long it took. */
  async time<T>(phase: Phase, run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await run();
    } finally {
      this.#values[phase] = Math.round((this.#values[phase] ?? 0) + performance.now() - start);
    }
  }

  /** Logs the bytes of an original, if it was read, and an invalid focal point, since crops then keep the centre. */
  fetched(bytes: number | undefined, { invalid }: Focus): void {
    if (bytes !== undefined) this.#values[METRICS.bytesIn] = bytes;
    this.#line['invalidFocus'] = invalid?.slice(0, FOCUS_CHARACTERS);
  }

  rendered({ body, contentType, width, height, frames, reason, note }: Rendered): void {
    this.#values[METRICS.bytesOut] = body.length;
    Object.assign(this.#line, { contentType, width, height, frames, reason, note });
  }

  /** Logs the memory that the render took, and why its process ended, if it did. */
  process({ peakBytes, endings }: RenderReport): void {
    this.#line['renderMB'] = Math.round(peakBytes / 1e6);
    if (endings.length) this.#line['processEnded'] = endings.map(({ cause, detail }) => `${cause}: ${detail}`);
  }

  /** Logs a bug, which the viewer sees as a 503. */
  error(error: unknown): void {
    this.outcome = 'FAULT';
    this.#line['error'] = error instanceof Error ? error.stack : String(error);
  }

  write(functionName: string): void {
    const s3Failures = this.s3Failures.length > 0 ? this.s3Failures : undefined;
    if (this.outcome === undefined && !s3Failures) return;
    const made = this.outcome ?? 'passed';
    const outcome = this.isUnstored ? UNSTORED : made;
    const measured = { functionName, outcome, values: this.#values };
    const line = { ...this.#line, made: this.isUnstored ? made : undefined, s3Failures };
    console.log(JSON.stringify({ ...line, ...measuredFields(measured, SETTINGS.hasMetrics) }));
  }
}
