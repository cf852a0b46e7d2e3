import Table from 'cli-table3';
import type { Tally } from './tally';

/** Why a run ended before its requests did. */
export type Stop = 'interrupted' | 'most requests fail';

const number = (value: number): string => Math.round(value).toLocaleString('en');

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** For machines: one JSON document. */
export const json = (url: string, tally: Tally, stop: Stop | undefined): string =>
  JSON.stringify(
    {
      url,
      stopped: stop ?? null,
      ...tally.delivered,
      skipped: tally.skipped,
      failed: Object.fromEntries(tally.failed),
      retries: tally.retries,
      bytes: tally.bytes,
      seconds: Number(tally.seconds.toFixed(3)),
      missMilliseconds: { p50: tally.missPercentile(50), p95: tally.missPercentile(95) },
    },
    null,
    2,
  );

/** For people: a table. */
export function table(tally: Tally): string {
  const { rendered, stored, cached } = tally.delivered;
  const p50p95: [string, string] = [
    'p50 / p95 of a render',
    `${number(tally.missPercentile(50))} / ${number(tally.missPercentile(95))} ms`,
  ];
  const rows: [string, string][] = [
    ['rendered', number(rendered)],
    ['already stored', number(stored)],
    ['already cached', number(cached)],
    ['skipped: done before', number(tally.skipped)],
    ...[...tally.failed].map(([why, count]): [string, string] => [`failed: ${why}`, number(count)]),
    ['asked again', number(tally.retries)],
    ['received', megabytes(tally.bytes)],
    ...(rendered > 0 ? [p50p95] : []),
    ['requests a second', number(tally.rate)],
  ];
  const printed = new Table({ style: { head: [], border: [], compact: true }, colAligns: ['left', 'right'] });
  printed.push(...rows);
  return printed.toString();
}
