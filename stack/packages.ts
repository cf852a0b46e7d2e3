import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The folder of an installed package, found as Node finds it: hoisted, nested, in a workspace, or linked. Not by its
 * `exports`, which seldom name `package.json`.
 * @param from folder of the package that depends on it
 * @returns the folder itself, where a link leads to it; undefined if it is not installed
 */
export function findPackage(name: string, from: string): string | undefined {
  const folders = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')));
  return found && realpathSync(found);
}
