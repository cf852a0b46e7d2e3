import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../stack/synthesise';

/** Synthesises the app into a folder that is removed when the process ends. @returns the folder */
export async function synthesised(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await synthesise(join(folder, 'cdk.out'));
  return join(folder, 'cdk.out');
}
