import type { Originals, Resizer } from '../../playground/protocol';
import { Changes } from './changes';
import type { LocalReports } from './local-reports';
import { type BucketOriginals, listedOriginals } from './originals';
import { Viewer, type ViewerOptions } from './viewer';

/** A resizer that the playground shows. */
export interface PlaygroundResizer {
  info: Resizer;
  viewer: Viewer;
  list(): Promise<Originals>;
  /** Missing if only keys are known, so that nothing can be changed. */
  bucket?: BucketOriginals;
  /** Resolves once viewers can see all changes, as far as that is known. */
  settled(): Promise<void>;
  /** Missing for a deployed bucket: listing it again and again would cost money. */
  changes?: Changes;
}

/** A resizer without its originals. */
export type ResizerInfo = Omit<Resizer, 'bucket' | 'isSigned'>;

/** A running local distribution. */
interface LocalRun {
  reports: LocalReports;
  /** Name of the rendering function. */
  renderer: string;
  settled(): Promise<void>;
}

/** @param headers of every request, such as signed cookies */
function viewerOf({ url, grammar }: ResizerInfo, headers: Record<string, string>, local?: LocalRun): Viewer {
  const options: ViewerOptions = { headers };
  if (!local) return new Viewer(url, options);
  const { sent, reasons } = local.reports;
  return new Viewer(url, {
    ...options,
    cacheControlOnAws: (path) => sent.cacheControlOf(path),
    reasonFor: (path, accept) => reasons.reasonFor(local.renderer, grammar, path, accept),
  });
}

const isSigned = (headers: Record<string, string>): boolean => headers['cookie'] !== undefined;

/** A resizer whose originals can be read and changed. */
export function withBucket(
  info: ResizerInfo,
  bucket: BucketOriginals,
  headers: Record<string, string> = {},
  local?: LocalRun,
): PlaygroundResizer {
  const changes = local && new Changes(bucket.place, () => local.settled());
  if (changes) local.reports.followObjects((object) => changes.note(object));
  return {
    info: { ...info, bucket: bucket.place.bucket, isSigned: isSigned(headers) },
    viewer: viewerOf(info, headers, local),
    list: () => bucket.list(),
    bucket,
    settled: async () => local?.settled(),
    ...(changes && { changes }),
  };
}

/** A resizer of which only the keys of originals are known. */
export const withKeys = (
  info: ResizerInfo,
  keys: string[],
  headers: Record<string, string> = {},
): PlaygroundResizer => ({
  info: { ...info, isSigned: isSigned(headers) },
  viewer: viewerOf(info, headers),
  list: async () => listedOriginals(keys),
  settled: async () => undefined,
});
