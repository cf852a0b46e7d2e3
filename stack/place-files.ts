import { copyFileSync, linkSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Puts a file, or a folder with all that is in it, into a folder that is only read and then removed. Files are hard links
 * where the file system can have them, since the 25 MB of sharp take a while to copy.
 * @param isWanted whether to place the file of this path
 */
export function placeFiles(source: string, target: string, isWanted: (path: string) => boolean = () => true): void {
  // pnpm installs packages as symbolic links.
  const real = realpathSync(source);
  if (statSync(real).isDirectory()) {
    for (const name of readdirSync(real)) placeFiles(join(real, name), join(target, name), isWanted);
  } else if (isWanted(real)) {
    mkdirSync(dirname(target), { recursive: true });
    linkOrCopy(real, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  // An existing file may be a hard link to the source, which a copy would overwrite.
  rmSync(target, { force: true });
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}
