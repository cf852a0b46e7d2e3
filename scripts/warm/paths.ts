import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../usage';
import { isUrl } from './keys';

const isFile = (where: string): boolean => where !== '-' && !isUrl(where) && !where.startsWith('s3:');

const placeOf = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));

/**
 * Output must not overwrite input.
 * @param places by option; they may be URLs, too
 * @throws UsageError if two of them are the same file
 */
export function checkDistinct(places: Record<string, string | undefined>): void {
  const options = new Map<string, string>();
  for (const [option, path] of Object.entries(places)) {
    if (path === undefined || !isFile(path)) continue;
    const place = placeOf(path);
    const other = options.get(place);
    if (other !== undefined) throw new UsageError(`${other} and ${option} are the same file, ${path}.`);
    options.set(place, option);
  }
}
