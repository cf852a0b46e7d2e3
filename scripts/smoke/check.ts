import type { Config } from '../../edge/config/schema';
import type { DistributionUnderTest } from './distribution';
import type { Originals, Subjects } from './subjects';

export interface Context {
  distribution: DistributionUnderTest;
  config: Config;
  originals: Originals;
  subjects: Subjects;
  /** Whether to overwrite and remove an original. */
  overwrite: boolean;
  /** Aborts with Ctrl-C. */
  stopped: AbortSignal;
}

/** A promise of the distribution, and how to check it. */
export interface Check {
  promise: string;
  /** @returns what was seen; undefined if the check does not apply. @throws Error with what was seen instead */
  run(context: Context): Promise<string | undefined>;
}

/** @throws Error with the sentence, unless it holds */
export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export const AVIF = 'image/avif,image/webp,image/*,*/*;q=0.8';
export const WEBP = 'image/webp,image/*,*/*;q=0.8';
export const ANY = '*/*';
