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
  /** Reports progress to a person. */
  log(line: string): void;
}

/** A measurement that can be run by its name. */
export interface Bench {
  /** One sentence: what is measured, against what. */
  about: string;
  run(context: Context): Promise<Table[]>;
}
