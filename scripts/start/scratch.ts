import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../command-line';

/** A folder that is removed with the end of the process, by Ctrl-C, too. */
export function prepareScratch(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'image-resizer-'));
  // What a child process has not yet stopped writing is in the way for a moment.
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  onSignal(() => process.exit(EXIT.interrupted));
  return scratch;
}

/** Sets what Ctrl-C does from now on. */
export function onSignal(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal).on(signal, stop);
}
