/** Originals that only members see: CloudFront serves them to whoever has signed. */
import type { Resizer } from './protocol';

export const folderOf = ({ members = [] }: Resizer, key: string): string | undefined =>
  members.find((folder) => key.startsWith(folder));

/** Whether the server of the playground has to ask for a picture, since it can sign and the browser cannot. */
export const isSignedFor = (resizer: Resizer, key: string): boolean =>
  resizer.isSigned && folderOf(resizer, key) !== undefined;

/** What to know about an original for members; undefined for one that is for all. */
export function noteOn(resizer: Resizer, key: string): string | undefined {
  if (folderOf(resizer, key) === undefined) return undefined;
  return resizer.isSigned
    ? 'For members only: the playground signs what it asks for.'
    : 'For members only: start the playground with --key-pair-id and --private-key to see it.';
}
