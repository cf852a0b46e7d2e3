import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../command-line';

/** A temporary folder that is removed when the process ends, even by Ctrl-C. */
export function prepareScratch(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'image-resizer-'));
  // Child processes may still be writing for a moment.
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  onSignal(() => process.exit(EXIT.interrupted));
  return scratch;
}

let listener: (() => void) | undefined;

/** Sets what Ctrl-C does from now on. Others may listen, too: tsx ends a process that no longer tells it of a signal. */
export function onSignal(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    if (listener) process.off(signal, listener);
    process.on(signal, stop);
  }
  listener = stop;
}
