/** Originals for members: CloudFront serves them only for signed requests. */
import type { Resizer } from './protocol';

export const folderOf = ({ members = [] }: Resizer, key: string): string | undefined =>
  members.find((folder) => key.startsWith(folder));

/** Whether the playground's server has to request a picture, since it can sign and the browser cannot. */
export const isSignedFor = (resizer: Resizer, key: string): boolean =>
  resizer.isSigned && folderOf(resizer, key) !== undefined;

/** A note about an original for members; undefined for a public one. */
export function noteOn(resizer: Resizer, key: string): string | undefined {
  if (folderOf(resizer, key) === undefined) return undefined;
  return resizer.isSigned
    ? 'For members only: the playground signs its requests.'
    : 'For members only: start the playground with --key-pair-id and --private-key to see it.';
}
