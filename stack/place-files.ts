import { copyFileSync, linkSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Puts a file, or a folder with all that is in it, into a folder that is only read and then removed. Files are hard links
 * where the file system can have them, since the 25 MB of sharp take a while to copy.
 * @param isWanted whether a file of this path comes along
 */
export function placeFiles(source: string, target: string, isWanted: (path: string) => boolean = () => true): void {
  // Of a symbolic link, as pnpm makes them, what it leads to.
  const real = realpathSync(source);
  if (statSync(real).isDirectory()) {
    for (const name of readdirSync(real)) placeFiles(join(real, name), join(target, name), isWanted);
  } else if (isWanted(real)) {
    mkdirSync(dirname(target), { recursive: true });
    linkOrCopy(real, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  // What is there may be a link to the source itself, and would be written to.
  rmSync(target, { force: true });
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}
