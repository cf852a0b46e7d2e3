import { chmodSync, cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READ_ONLY = { folder: 0o555, file: 0o444 };

/**
 * Copies an asset as Lambda unpacks it: read-only, with links followed, and outside of the project, so that a missing
 * dependency is not found in the project's `node_modules`.
 */
export function unpack(asset: string): { folder: string; remove: () => void } {
  const parent = mkdtempSync(join(realpathSync(tmpdir()), 'lambda-'));
  const folder = join(parent, 'task');
  cpSync(asset, folder, { recursive: true, dereference: true });
  setMode(folder, READ_ONLY.folder, READ_ONLY.file);
  return {
    folder,
    remove: () => {
      setMode(folder, 0o755, 0o644);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function setMode(folder: string, folderMode: number, fileMode: number): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setMode(path, folderMode, fileMode);
    else chmodSync(path, fileMode);
  }
  chmodSync(folder, folderMode);
}
