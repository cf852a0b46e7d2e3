import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Removes the folder for temporary files. Code of functions that were killed is still read-only. */
export default function teardown(): void {
  const folder = process.env['TMPDIR']!;
  execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
}
