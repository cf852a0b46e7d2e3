import Table from 'cli-table3';
import { printCount } from '../numbers';
import { printable } from '../printable';
import type { Source } from './request';
import type { Tally } from './tally';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** The result of a run, as `--json` prints it. */
export interface Summary extends Record<Source, number> {
  url: string;
  /** Why the run stopped early. */
  stopped: string | null;
  skipped: number;
  /** Originals in the bucket that are not images, which is no failure. */
  noImages: number;
  /** Counts by status and reason. */
  failed: Record<string, number>;
  retries: number;
  bytes: number;
  seconds: number;
  /** Null without a render. */
  missMilliseconds: { p50: number | null; p95: number | null };
}

/** For machines: one JSON document. */
export function json(url: string, tally: Tally, stop: string | undefined): string {
  const summary: Summary = {
    url,
    stopped: stop ?? null,
    ...tally.delivered,
    skipped: tally.skipped,
    noImages: tally.noImages,
    failed: Object.fromEntries(tally.failed),
    retries: tally.retries,
    bytes: tally.bytes,
    seconds: Number(tally.seconds.toFixed(3)),
    missMilliseconds: { p50: tally.missPercentile(50), p95: tally.missPercentile(95) },
  };
  return JSON.stringify(summary, null, 2);
}

const p50p95 = (p50: number, p95: number): [string, string] => [
  'p50 / p95 of a render',
  `${printCount(p50)} / ${printCount(p95)} ms`,
];

/** For people: a table. */
export function table(tally: Tally): string {
  const { rendered, stored, cached } = tally.delivered;
  const [p50, p95] = [tally.missPercentile(50), tally.missPercentile(95)];
  const rows: [string, string][] = [
    ['rendered', printCount(rendered)],
    ['already stored', printCount(stored)],
    ['already cached', printCount(cached)],
    ['skipped: done before', printCount(tally.skipped)],
    ...(tally.noImages > 0 ? [['no images in the bucket', printCount(tally.noImages)] as [string, string]] : []),
    ...[...tally.failed].map(([why, count]): [string, string] => [`failed: ${printable(why)}`, printCount(count)]),
    ['asked again', printCount(tally.retries)],
    ['received', megabytes(tally.bytes)],
    ...(p50 !== null && p95 !== null ? [p50p95(p50, p95)] : []),
    ['requests a second', printCount(tally.rate)],
  ];
  const printed = new Table({ style: { head: [], border: [], compact: true }, colAligns: ['left', 'right'] });
  printed.push(...rows);
  return printed.toString();
}
