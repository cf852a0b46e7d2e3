import { Matrix, solve } from 'ml-matrix';
import type { Detail, Formula, Ranges } from '../../edge/render/perceptual/detail';
import { within } from '../../edge/render/perceptual/photograph-quality';
import { type Scored, percentile, qualityAt, scoreAt } from '../bytes/curve';
import { median } from '../side-by-side';
import { FORMATS, type LossyFormat, type Sample } from './points';

/** Qualities with a formula, and the bounds of its result. */
const ASKED: { asked: number; bounds: [number, number] }[] = [
  { asked: 60, bounds: [15, 85] },
  { asked: 76, bounds: [35, 94] },
  { asked: 88, bounds: [60, 98] },
];

/** Strength of the regularisation, so that other kinds of pictures come out no worse than before. */
const RIDGE = 0.7;

/** Formulas ignore this share of samples at either end of a range. */
const TAIL = 0.02;

/** An error of quality counts as much as it moves the score, within bounds, so that no single picture dominates. */
function weightOf(points: Scored[], quality: number): number {
  const slope = (scoreAt(points, quality + 4) - scoreAt(points, quality - 4)) / 8;
  return within(slope, [0.15, 1.2]) ** 2;
}

export interface Fit {
  ranges: Ranges;
  formulas: Record<LossyFormat, Formula[]>;
}

/** Weighted ridge regression over features of mean 0 and deviation 1. */
function regress(rows: number[][], values: number[], weights: number[]): { constant: number; factors: number[] } {
  const count = rows[0]!.length;
  const columns = Array.from({ length: count }, (_, at) => rows.map((row) => row[at]!));
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
  const deviations = columns.map((column, at) =>
    Math.sqrt(column.reduce((sum, value) => sum + (value - means[at]!) ** 2, 0) / column.length),
  );
  const features = new Matrix(
    rows.map((row) => [1, ...row.map((value, at) => (value - means[at]!) / deviations[at]!)]),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight * rows.length) / total);
  const weighted = Matrix.diag(share).mmul(features);
  const ridge = Matrix.eye(count + 1, count + 1, RIDGE * rows.length);
  ridge.set(0, 0, 0);
  const normal = Matrix.add(features.transpose().mmul(weighted), ridge);
  const [constant, ...standard] = solve(normal, weighted.transpose().mmul(Matrix.columnVector(values))).to1DArray();
  const factors = standard.map((value, at) => value / deviations[at]!);
  return { constant: factors.reduce((sum, factor, at) => sum - factor * means[at]!, constant!), factors };
}

/** The best formulas for the samples. The target is the score that half of the photographs reach as JPEG. */
export function fit(samples: Sample[]): Fit {
  const names = Object.keys(samples[0]!.detail) as (keyof Detail)[];
  const ranges = Object.fromEntries(
    names.map((name) => {
      const values = samples.map(({ detail }) => detail[name]);
      return [name, [percentile(values, TAIL), percentile(values, 1 - TAIL)]];
    }),
  ) as Ranges;
  const rows = samples.map(({ detail }) => names.map((name) => within(detail[name], ranges[name])));
  const formulaFor = (format: LossyFormat, { asked, bounds }: (typeof ASKED)[number]): Formula => {
    const target = median(samples.map(({ points }) => scoreAt(points.jpeg, asked)));
    const qualities = samples.map(({ points }) => within(qualityAt(points[format], target), bounds));
    const weights = samples.map(({ points }, at) => weightOf(points[format], qualities[at]!));
    const { constant, factors } = regress(rows, qualities, weights);
    const byName = Object.fromEntries(names.map((name, at) => [name, factors[at]!])) as Record<keyof Detail, number>;
    return { asked, bounds, constant, weights: byName };
  };
  const formulas = Object.fromEntries(
    FORMATS.map((format) => [format, ASKED.map((asked) => formulaFor(format, asked))]),
  ) as Fit['formulas'];
  return { ranges, formulas };
}
