import type { Table } from '../../bench';
import { median, spread } from '../../side-by-side';
import { type Point, bytesAt } from '../curve';
import { SLOW_AVIF, type SlowAvif } from '../encoders';
import type { Measured } from '../measure';
import { asItComes, atWidth, goal, thorough, widthsOf } from './select';
import { subset } from './scores';

const BYTES = 1.05;
const TIME = 0.125;

const nearest = (points: Point[], score: number): Point =>
  points.toSorted((a, b) => Math.abs(a.score - score) - Math.abs(b.score - score))[0]!;

/** `auto.avif` against a slow encoder, at the score that it has. */
export function slowAvifTable(all: Measured[]): Table {
  const row = (at: Measured[], width: number, name: SlowAvif): string[] => {
    const pairs = at.map((measured) => {
      const ours = asItComes(measured, 'predicted', 'auto.avif');
      const points = measured.slow[name]!;
      return { bytes: ours.bytes / bytesAt(points, ours.score), time: ours.ms / nearest(points, ours.score).ms };
    });
    const [bytes, time] = [pairs.map((pair) => pair.bytes), pairs.map((pair) => pair.time)];
    return [
      `${width}`,
      name,
      spread(bytes),
      spread(time),
      goal(`bytes ${BYTES}, time ${TIME}`, median(bytes) <= BYTES && median(time) <= TIME),
    ];
  };
  const some = thorough(all);
  return {
    title: `auto.avif against AVIF at sharp's effort, at the score of auto.avif; median (least–most) over ${subset(all)}`,
    head: ['width', 'against', 'bytes', 'time', 'goal'],
    rows: widthsOf(some).flatMap((width) =>
      (Object.keys(SLOW_AVIF) as SlowAvif[]).map((name) => row(atWidth(some, width), width, name)),
    ),
  };
}
