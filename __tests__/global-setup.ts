import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../stack/synthesise';
import { planConfig } from './planned';

/** Synthesises the app once for all tests; `CDK_OUT` tells them where, or names one that is there already. `RESIZER_PLAN` is the plan that it has. */
export default async function setup(): Promise<void> {
  if (process.env['CDK_OUT']) return;
  process.env['CDK_OUT'] = mkdtempSync(join(tmpdir(), 'cdk.out-'));
  process.env['CDK_OUT_IS_OURS'] = 'yes';
  await synthesise(process.env['CDK_OUT'], planConfig());
}
