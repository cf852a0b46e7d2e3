import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READ_ONLY = { folder: 0o555, file: 0o444 };

/** Files from this size on are linked. All of sharp's and all fonts, 24 of 26 MB, would take most of the time of a start. */
const LINKED_BYTES = 200_000;

/**
 * Unpacks an asset as Lambda does: read-only, with links followed, and outside of the project, so that a missing
 * dependency is not found in the project's `node_modules`. Large files, which are libraries and fonts, are hard links to
 * those of the asset and keep their modes.
 */
export function unpack(asset: string): { folder: string; remove: () => void } {
  const parent = mkdtempSync(join(realpathSync(tmpdir()), 'lambda-'));
  const folder = join(parent, 'task');
  unpackFolder(asset, folder);
  return {
    folder,
    remove: () => {
      makeWritable(folder);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function unpackFolder(source: string, target: string): void {
  mkdirSync(target);
  for (const name of readdirSync(source)) {
    const [from, to] = [realpathSync(join(source, name)), join(target, name)];
    const stats = statSync(from);
    if (stats.isDirectory()) unpackFolder(from, to);
    else if (stats.size < LINKED_BYTES || !isLinked(from, to)) {
      copyFileSync(from, to);
      chmodSync(to, READ_ONLY.file);
    }
  }
  chmodSync(target, READ_ONLY.folder);
}

/** Links a file, where the asset and the temporary folder are on one file system. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** What is in a folder can only be removed if it may be written to. */
function makeWritable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeWritable(join(folder, entry.name));
}
