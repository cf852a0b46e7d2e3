import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the built construct; the repository has no such folder. */
const PARTS = join(__dirname, 'parts');

/** The path of what the build of the package made of the sources in `edge/`; undefined in the repository. */
export function partOf(name: string): string | undefined {
  const path = join(PARTS, name);
  return existsSync(path) ? path : undefined;
}
