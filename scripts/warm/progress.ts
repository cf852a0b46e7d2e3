import cliProgress from 'cli-progress';
import ms from 'ms';
import type { Terminal } from '../command-line';
import type { Tally } from './tally';

/** Between two lines, where there is no terminal. */
const LINE_MS = 5_000;
const BAR_MS = 250;

const number = (value: number): string => Math.round(value).toLocaleString('en');

/** How far a run is, in a line. @param total undefined as long as it is not known */
function lineOf(tally: Tally, total: number | undefined): string {
  const parts = [
    total === undefined ? `${number(tally.done)} requests` : `${number(tally.done)} of ${number(total)}`,
    `${number(tally.rate)}/s`,
    `${number(tally.hits)} hits`,
    `${number(tally.delivered.rendered)} misses`,
    `${number(tally.failures)} errors`,
  ];
  if (tally.retries > 0) parts.push(`${number(tally.retries)} asked again`);
  const left = total === undefined ? 0 : Math.max(0, total - tally.done);
  if (left > 0 && tally.rate > 0) parts.push(`${ms(Math.round(left / tally.rate) * 1_000)} left`);
  return parts.join(', ');
}

/** Prints to standard error every few seconds how many requests are done. @returns a function that stops it */
export function showCount(count: () => number, terminal: Terminal): () => void {
  const timer = setInterval(() => terminal.warn(`${number(count())} requests so far`), LINE_MS);
  return () => clearInterval(timer);
}

/**
 * Shows on standard error how far a run is: a bar on a terminal, elsewhere a line every few seconds.
 * @param total asked each time, since it becomes known only while the run is under way
 * @returns what ends it
 */
export function showProgress(tally: Tally, total: () => number | undefined, terminal: Terminal): () => void {
  const { stderr } = terminal.streams;
  if (!stderr.isTTY) {
    const timer = setInterval(() => terminal.warn(lineOf(tally, total())), LINE_MS);
    return () => clearInterval(timer);
  }
  const bar = new cliProgress.SingleBar({
    stream: stderr,
    clearOnComplete: true,
    format: (_, { progress }) => {
      const filled = Math.round(progress * 20);
      const drawn = total() === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} `;
      return drawn + lineOf(tally, total());
    },
  });
  bar.start(1, 0);
  const timer = setInterval(() => {
    bar.setTotal(Math.max(1, total() ?? 1));
    bar.update(Math.min(tally.done, Math.max(1, total() ?? 1)));
  }, BAR_MS);
  return () => {
    clearInterval(timer);
    bar.stop();
  };
}
