/** The version of an original, which the metadata of each variant records. */
import { type Point, printPoint } from './focus';

const NAMES = { etag: 'original-etag', focus: 'original-focus' } as const;

/** The metadata of what is made from a version of an original. @param etag without quotes */
export const originMetadata = (etag: string, focus: Point | undefined): Record<string, string> => ({
  [NAMES.etag]: etag,
  ...(focus && { [NAMES.focus]: printPoint(focus) }),
});

/**
 * A text to compare versions by. It includes the focal point, since a change of that alone keeps the ETag.
 * @param etag without quotes
 */
export const printVersion = (etag: string, focus: string): string => (focus ? `${etag} ${focus}` : etag);

/** The version in the metadata of what was made from it; '' if there is none. */
export const versionIn = (metadata: Record<string, string> = {}): string =>
  printVersion(metadata[NAMES.etag] ?? '', metadata[NAMES.focus] ?? '');
