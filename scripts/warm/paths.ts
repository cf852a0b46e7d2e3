import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../usage';
import { isUrl } from './keys';

const isFile = (where: string): boolean => where !== '-' && !isUrl(where) && !where.startsWith('s3:');

const placeOf = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));

/**
 * What is written must not overwrite what is read.
 * @param places by the option that names them, those that are no files among them
 * @throws UsageError where two of them are one file
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
