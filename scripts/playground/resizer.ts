import type { Originals, Resizer } from '../../playground/protocol';
import type { Changes } from './changes';
import { BucketOriginals, listedOriginals } from './originals';
import { Viewer } from './viewer';

/** A resizer that the playground shows. */
export interface PlaygroundResizer {
  info: Resizer;
  viewer: Viewer;
  list(): Promise<Originals>;
  /** Missing where only keys are known, and nothing can be changed. */
  bucket?: BucketOriginals;
  /** Missing where nobody is told of changes: a deployed bucket costs money for each look. */
  changes?: Changes;
}

/** One whose originals can be read and changed. */
export const withBucket = (
  info: Omit<Resizer, 'bucket'>,
  bucket: BucketOriginals,
  changes?: Changes,
): PlaygroundResizer => ({
  info: { ...info, bucket: bucket.bucket },
  viewer: new Viewer(info.url),
  list: () => bucket.list(),
  bucket,
  ...(changes && { changes }),
});

/** One of which only keys of originals are known. */
export const withKeys = (info: Omit<Resizer, 'bucket'>, keys: string[]): PlaygroundResizer => ({
  info,
  viewer: new Viewer(info.url),
  list: async () => listedOriginals(keys),
});
