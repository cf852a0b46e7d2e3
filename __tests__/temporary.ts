import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Removes a folder, in which the code of functions that were killed is still read-only. */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    execFileSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Makes a folder for the temporary files of this run, and removes those of runs that were killed. */
export function makeRunFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^resizer-tests-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) removeFolder(join(tmpdir(), name));
  }
  return mkdtempSync(join(tmpdir(), `resizer-tests-${process.pid}-`));
}

/** The folder in which tsx keeps what it compiled; without it, each script that a test starts would take twice as long. */
const TSX_CACHE = `tsx-${process.geteuid?.()}`;

/** Makes the folder for the temporary files of one test file: with one path in a worker, since packages keep it. */
export function makeFileFolder(): string {
  const folder = join(tmpdir(), `worker-${process.pid}`);
  const shared = join(tmpdir(), TSX_CACHE);
  mkdirSync(folder);
  mkdirSync(shared, { recursive: true });
  symlinkSync(shared, join(folder, TSX_CACHE));
  return folder;
}
