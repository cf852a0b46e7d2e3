import ms from 'ms';
import type { Terminal } from '../command-line';
import { printCount } from '../numbers';
import type { Tally } from './tally';

/** Between two lines, without a terminal. */
const LINE_MS = 5_000;
const BAR_MS = 250;
const BAR_CHARACTERS = 20;

/** The progress of a run in a line. @param total undefined while unknown */
function lineOf(tally: Tally, total: number | undefined): string {
  const parts = [
    total === undefined ? `${printCount(tally.done)} requests` : `${printCount(tally.done)} of ${printCount(total)}`,
    `${printCount(tally.rate)}/s`,
    `${printCount(tally.hits)} hits`,
    `${printCount(tally.delivered.rendered)} misses`,
    `${printCount(tally.failures)} errors`,
  ];
  if (tally.retries > 0) parts.push(`${printCount(tally.retries)} asked again`);
  const left = total === undefined ? 0 : Math.max(0, total - tally.done);
  if (left > 0 && tally.rate > 0) parts.push(`${ms(Math.round(left / tally.rate) * 1_000)} left`);
  return parts.join(', ');
}

/** Prints to standard error every few seconds how many requests are done. @returns a function that stops it */
export function showCount(count: () => number, terminal: Terminal): () => void {
  const timer = setInterval(() => terminal.warn(`${printCount(count())} requests so far`), LINE_MS);
  return () => clearInterval(timer);
}

/**
 * Shows on standard error how far a run is: a bar on a terminal, elsewhere a line every few seconds.
 * @param total called each time, since the total becomes known only during the run
 * @returns a function that ends it
 */
export function showProgress(tally: Tally, total: () => number | undefined, terminal: Terminal): () => void {
  if (!terminal.hasStatusLine) {
    const timer = setInterval(() => terminal.warn(lineOf(tally, total())), LINE_MS);
    return () => clearInterval(timer);
  }
  const draw = () => terminal.showStatus(barOf(tally, total()) + lineOf(tally, total()));
  draw();
  const timer = setInterval(draw, BAR_MS);
  return () => {
    clearInterval(timer);
    terminal.hideStatus();
  };
}

function barOf(tally: Tally, total: number | undefined): string {
  if (total === undefined) return '';
  const filled = Math.round(BAR_CHARACTERS * Math.min(1, tally.done / Math.max(1, total)));
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARACTERS - filled)} `;
}
