import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLANS } from '../edge/limits';

/** The flat-rate plan that the tests run under, as in `RESIZER_PLAN=pro npm test`; undefined for none. */
export const plan = (process.env['RESIZER_PLAN'] || undefined) as keyof typeof PLANS | undefined;

/** Whether a custom policy sets `Vary` and takes the cache tag off; without one, viewers may see what CloudFront lets through. */
export const hasHeadersPolicy = plan === undefined || PLANS[plan].features.customPolicies;

/** A config file with nothing but that plan; undefined without one. */
export function planConfig(): string | undefined {
  if (plan === undefined) return undefined;
  const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'resizer.config.cjs');
  writeFileSync(file, `module.exports = ${JSON.stringify({ stack: { plan, subscribe: true } })};\n`);
  return file;
}
