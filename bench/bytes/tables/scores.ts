import type { Table } from '../../bench';
import { median, spread } from '../../side-by-side';
import { bytesAt, percentile, qualityAt } from '../curve';
import { CLASSES, type Class, QUALITY, type Way, WAYS } from '../encoders';
import type { Measured } from '../measure';
import { SCALE } from '../score';
import { asItComes, atWidth, curveOfAll, goal, kilobytes, scores, thorough, widthsOf } from './select';

/** Beginning of this table's title, by which `cost` finds it. */
export const SCORES = 'Scores of';

const HALVED = 0.5;
const BYTES_AT_EQUAL_SCORE = 0.88;
const TIME_OF_A_MISS = 1.03;

/** Rows for each measured width and each class. */
const rowsOf = (all: Measured[], row: (at: Measured[], target: Class, width: number) => string[][]): string[][] =>
  widthsOf(all).flatMap((width) => CLASSES.flatMap((target) => row(atWidth(all, width), target, width)));

const spreadOf = (values: number[]): number => percentile(values, 0.9) - percentile(values, 0.1);

function scoreRow(at: Measured[], target: Class, way: Way): string[] {
  const points = at.map((measured) => asItComes(measured, way, target));
  const values = scores(points);
  return [
    ...[0.1, 0.5, 0.9].map((share) => percentile(values, share).toFixed(1)),
    spreadOf(values).toFixed(1),
    kilobytes(median(points.map(({ bytes }) => bytes))),
    median(points.map(({ ms }) => ms)).toFixed(0),
  ];
}

/** Scores, bytes and time, with fixed and with predicted settings. */
export function scoreTable(all: Measured[]): Table {
  const rows = rowsOf(all, (at, target, width) => {
    const spreads = WAYS.map((way) => spreadOf(scores(at.map((measured) => asItComes(measured, way, target)))));
    const [fixed, predicted] = spreads as [number, number];
    const halved = goal(`spread ${(fixed * HALVED).toFixed(1)}`, predicted <= fixed * HALVED);
    return WAYS.map((way) => [
      `${width}`,
      target,
      way,
      `${at.length}`,
      ...scoreRow(at, target, way),
      way === 'predicted' ? halved : '–',
    ]);
  });
  return {
    title: `${SCORES} photographs at quality ${QUALITY}, by ${SCALE}, with a setting for all (fixed) and one for each (predicted)`,
    head: ['width', 'class', 'setting', 'pictures', '10th percentile', 'median', '90th', 'spread', 'kB', 'ms', 'goal'],
    rows,
  };
}

/** Bytes at the same 10th percentile of the score. */
export function equalTable(all: Measured[]): Table {
  const rows = rowsOf(all, (at, target, width) => {
    const worst = (way: Way) => curveOfAll(at, way, target, 0.1);
    const { score, bytes } = worst('predicted').find(({ quality }) => quality === QUALITY)!;
    const ratio = bytes / bytesAt(worst('fixed'), score);
    return [
      [
        `${width}`,
        target,
        score.toFixed(1),
        qualityAt(worst('fixed'), score).toFixed(1),
        ratio.toFixed(3),
        goal(`bytes ${BYTES_AT_EQUAL_SCORE}`, ratio <= BYTES_AT_EQUAL_SCORE),
      ],
    ];
  });
  return {
    title:
      'Bytes of all photographs with predicted settings, of those with the fixed setting that has the same 10th percentile of the score',
    head: ['width', 'class', '10th percentile', 'fixed quality for it', 'bytes', 'goal'],
    rows,
  };
}

/** How often a newer class gets more bytes than an older one. */
export function orderTable(all: Measured[]): Table {
  const rows = rowsOf(all, (at, target, width) => {
    const older = CLASSES[CLASSES.indexOf(target) - 1];
    if (!older) return [];
    return WAYS.map((way) => {
      const larger = at.filter(
        (measured) => asItComes(measured, way, target).bytes > asItComes(measured, way, older).bytes,
      );
      return [`${width}`, target, older, way, `${larger.length} of ${at.length}`, goal('none', larger.length === 0)];
    });
  });
  return {
    title: 'Photographs whose variant is larger than that of the next older class',
    head: ['width', 'class', 'older class', 'setting', 'larger', 'goal'],
    rows,
  };
}

/** Time of a render with the prediction and without. */
export function missTable(all: Measured[]): Table {
  const rows = rowsOf(thorough(all), (at, target, width) => {
    const times = (way: Way) => at.map(({ misses }) => median(misses![target][way]));
    const [fixed, predicted] = [times('fixed'), times('predicted')];
    const ratios = predicted.map((ms, index) => ms / fixed[index]!);
    return [
      [
        `${width}`,
        target,
        median(fixed).toFixed(1),
        median(predicted).toFixed(1),
        spread(ratios),
        goal(`${TIME_OF_A_MISS}`, median(ratios) <= TIME_OF_A_MISS),
      ],
    ];
  });
  return {
    title: `Time of a render, milliseconds, in turn; ratio as median (least–most) over ${subset(all)}`,
    head: ['width', 'class', 'fixed', 'predicted', 'ratio', 'goal'],
    rows,
  };
}

/** How many photographs the slow measurements cover. */
export const subset = (all: Measured[]): string =>
  `${new Set(thorough(all).map(({ name }) => name)).size} of the photographs`;

/** The same variants by another measure. */
export function secondOpinionTable(all: Measured[]): Table | undefined {
  const seen = all.filter(({ distances }) => distances);
  if (seen.length === 0) return undefined;
  const rows = rowsOf(seen, (at, target, width) =>
    WAYS.map((way) => {
      const distances = at.map((measured) => measured.distances![target][way]);
      const shares = [0.1, 0.5, 0.9].map((share) => percentile(distances, share).toFixed(2));
      return [`${width}`, target, way, ...shares, spreadOf(distances).toFixed(2)];
    }),
  );
  return {
    title: "The same variants by Butteraugli's distance (libjxl's, 3-norm; 0 is equal)",
    head: ['width', 'class', 'setting', '10th percentile', 'median', '90th', 'spread'],
    rows,
  };
}
