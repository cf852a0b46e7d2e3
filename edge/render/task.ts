import type { Variant } from '../variant';
import type { Encoded, Subject } from './encode';
import type { Geometry } from './geometry';
import type { Header } from './inspect';

/** One variant to be made of one original. */
export interface Task {
  original: Buffer;
  /** What the decoder gets in place of the original. */
  source: Buffer;
  header: Header;
  variant: Variant;
  geometry: Geometry;
  /** What the variant and the config say of every encoder's work. */
  look: Pick<Subject, 'quality' | 'background' | 'seconds'>;
}

/** What has been made; pixels are those of one frame. */
export interface Outcome extends Pick<Encoded, 'data' | 'format'> {
  width: number;
  height: number;
  frames: number;
  /** What was done in place of what was asked, for the log. */
  note?: string;
  /** The same where it changes what a viewer sees. */
  notice?: string;
}
