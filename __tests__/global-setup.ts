import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../local/synthesise';

/** Synthesises the app once for all tests; `CDK_OUT` tells them where. */
export default async function setup(): Promise<void> {
  process.env['CDK_OUT'] = mkdtempSync(join(tmpdir(), 'cdk.out-'));
  await synthesise(process.env['CDK_OUT']);
}
