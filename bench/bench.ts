import type { Photographs } from './photographs';

/** A table of results. */
export interface Table {
  title: string;
  head: string[];
  rows: (string | number)[][];
}

export interface Context {
  photographs: Photographs;
  /** Number of measurements of each side, in turn. */
  runs: number;
  /** At most this many pictures of each kind, for a quick try; missing for all. */
  pictures?: number;
  /** Reports progress to a person. */
  log(line: string): void;
}

/** A measurement that can be run by its name. */
export interface Bench {
  /** One sentence: what is measured, against what. */
  about: string;
  /** The pictures that it measures with, for the results, if these are not `photographs`. */
  source?(context: Context): string;
  run(context: Context): Promise<Table[]>;
}
