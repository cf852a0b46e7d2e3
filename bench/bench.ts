import type { Photographs } from './photographs';

/** A table of results. */
export interface Table {
  title: string;
  head: string[];
  rows: (string | number)[][];
}

export interface Context {
  photographs: Photographs;
  /** How often each side is measured, in turn. */
  runs: number;
  /** Pictures of each kind, at most, for a try; missing for all. */
  pictures?: number;
  /** Reports progress to a person. */
  log(line: string): void;
}

/** A measurement that can be run by its name. */
export interface Bench {
  /** One sentence: what is measured, against what. */
  about: string;
  /** What it measures with, where that is not `photographs`, for the results. */
  source?(context: Context): string;
  run(context: Context): Promise<Table[]>;
}
