import { type RecordableHistogram, createHistogram } from 'node:perf_hooks';
import { DigestSet } from './digest-set';
import type { Outcome, Source } from './request';

const originalOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** The results so far. */
export class Tally {
  readonly delivered: Record<Source, number> = { rendered: 0, stored: 0, cached: 0 };
  /** Counts by status and reason. */
  readonly failed = new Map<string, number>();
  /** Requests that are in the journal already. */
  skipped = 0;
  retries = 0;
  bytes = 0;
  readonly #others = new DigestSet();
  #requestsForOthers = 0;
  readonly #misses: RecordableHistogram = createHistogram({ figures: 2 });
  readonly #began = performance.now();

  add({ source, status, reason, bytes, milliseconds }: Outcome): void {
    this.bytes += bytes;
    if (source === undefined) return this.fail(status, reason);
    this.delivered[source] += 1;
    if (source === 'rendered') this.#misses.record(Math.max(1, Math.round(milliseconds)));
  }

  /** @param status 0 without an answer */
  fail(status: number, reason: string): void {
    const why = status === 0 ? reason : `${status} ${reason}`;
    this.failed.set(why, (this.failed.get(why) ?? 0) + 1);
  }

  /** A request for an original that is not an image. @param path of a variant */
  addNoImage(path: string): void {
    this.#others.add(originalOf(path));
    this.#requestsForOthers += 1;
  }

  /** Whether an earlier request has shown that the original of this variant is not an image. */
  isNoImage(path: string): boolean {
    return this.#others.size > 0 && this.#others.has(originalOf(path));
  }

  /** Number of originals that are not images. */
  get noImages(): number {
    return this.#others.size;
  }

  get hits(): number {
    return this.delivered.stored + this.delivered.cached;
  }

  get failures(): number {
    return [...this.failed.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Finished and skipped requests. */
  get done(): number {
    return this.delivered.rendered + this.hits + this.failures + this.skipped + this.#requestsForOthers;
  }

  get seconds(): number {
    return (performance.now() - this.#began) / 1_000;
  }

  /** Requests a second, without those that were skipped. */
  get rate(): number {
    return (this.done - this.skipped) / Math.max(this.seconds, 0.001);
  }

  /** A percentile of the time to deliver a render, in milliseconds; null without a render. */
  missPercentile(percent: number): number | null {
    return this.delivered.rendered === 0 ? null : this.#misses.percentile(percent);
  }
}
