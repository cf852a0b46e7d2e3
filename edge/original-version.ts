/** Which version of an original a variant was made from, as its metadata says it, and how versions are compared. */
import { type Point, printPoint } from './focus';

const NAMES = { etag: 'original-etag', focus: 'original-focus' } as const;

/** The metadata of what is made from an original. @param etag without quotes */
export const originMetadata = (etag: string, focus: Point | undefined): Record<string, string> => ({
  [NAMES.etag]: etag,
  ...(focus && { [NAMES.focus]: printPoint(focus) }),
});

/**
 * A text that is the same for the same version: a change of nothing but the focal point keeps the ETag.
 * @param etag without quotes
 */
export const printVersion = (etag: string, focus: string): string => (focus ? `${etag} ${focus}` : etag);

/** The version that something was made from, by its metadata; '' where it does not say. */
export const versionIn = (metadata: Record<string, string> = {}): string =>
  printVersion(metadata[NAMES.etag] ?? '', metadata[NAMES.focus] ?? '');
