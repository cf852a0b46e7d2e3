import type { Grammar } from '../variant';
import { refuse } from './refusal';

/**
 * Refuses a key of the other cache behavior: that for members if this function is for all, and the reverse. CloudFront
 * chooses a behavior by the path as it is written, but both would keep their answers under the same canonical path.
 */
export function checkFolder(grammar: Grammar, key: string): void {
  const folders = grammar.folders;
  if (folders && folders.some((folder) => key.startsWith(folder)) === !grammar.isForMembers) {
    refuse(403, 'OTHER_FOLDER', 'URLs for members begin with ' + folders.join(' or ') + '.');
  }
}
