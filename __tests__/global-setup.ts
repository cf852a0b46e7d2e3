import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../stack/synthesise';
import { plan, planConfig } from './planned';
import { makeRunFolder } from './temporary';

/**
 * Synthesises the app once for all tests; `CDK_OUT` tells them where, or names one that is there already. `RESIZER_PLAN` is
 * the plan that it has; the tests of the template itself then have another one, `CDK_OUT_WITHOUT_PLAN`.
 */
export default async function setup(): Promise<void> {
  process.env['TMPDIR'] = makeRunFolder();
  if (!process.env['CDK_OUT']) {
    process.env['CDK_OUT'] = mkdtempSync(join(tmpdir(), 'cdk.out-'));
    await synthesise(process.env['CDK_OUT'], planConfig());
  }
  process.env['CDK_OUT_WITHOUT_PLAN'] = process.env['CDK_OUT'];
  if (plan === undefined) return;
  process.env['CDK_OUT_WITHOUT_PLAN'] = mkdtempSync(join(tmpdir(), 'cdk.out-'));
  await synthesise(process.env['CDK_OUT_WITHOUT_PLAN']);
}
