import type { Originals, Resizer } from '../../playground/protocol';
import { Changes } from './changes';
import { type BucketOriginals, listedOriginals } from './originals';
import type { SentHeaders } from './sent-headers';
import { Viewer } from './viewer';

/** A resizer that the playground shows. */
export interface PlaygroundResizer {
  info: Resizer;
  viewer: Viewer;
  list(): Promise<Originals>;
  /** Missing where only keys are known, and nothing can be changed. */
  bucket?: BucketOriginals;
  /** Resolves once what has changed is to be seen, as far as that can be told. */
  settled(): Promise<void>;
  /** Missing where nobody is told of changes: a deployed bucket costs money for each look. */
  changes?: Changes;
}

/**
 * One whose originals can be read and changed.
 * @param local what a local one tells of changes and of its answers
 */
export const withBucket = (
  info: Omit<Resizer, 'bucket'>,
  bucket: BucketOriginals,
  local?: { settled: () => Promise<void>; sent?: SentHeaders | undefined },
): PlaygroundResizer => {
  const changes = local && new Changes(() => bucket.list(), local.settled);
  return {
    info: { ...info, bucket: bucket.bucket },
    viewer: new Viewer(info.url, local?.sent),
    list: () => (changes ?? bucket).list(),
    bucket,
    settled: local?.settled ?? (async () => undefined),
    ...(changes && { changes }),
  };
};

/** One of which only keys of originals are known. */
export const withKeys = (info: Omit<Resizer, 'bucket'>, keys: string[]): PlaygroundResizer => ({
  info,
  viewer: new Viewer(info.url),
  list: async () => listedOriginals(keys),
  settled: async () => undefined,
});
