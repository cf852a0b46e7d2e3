import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the built construct; the repository has no such folder. */
const PARTS = join(__dirname, 'parts');

/** Path of a built part of the package; undefined in the repository, which has the sources. */
export function partOf(name: string): string | undefined {
  const path = join(PARTS, name);
  return existsSync(path) ? path : undefined;
}
