import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLANS } from '../edge/limits';

/** The flat-rate plan that the tests run under, as in `RESIZER_PLAN=pro npm test`; undefined for none. */
export const plan = (process.env['RESIZER_PLAN'] || undefined) as keyof typeof PLANS | undefined;

/** Whether a custom policy sets `Vary` and takes the cache tag off; without one, viewers may see what CloudFront lets through. */
export const hasHeadersPolicy = plan === undefined || PLANS[plan].features.customPolicies;

/** Whether originals are invalidated one by one; without tags, everything is. */
export const hasCacheTags = plan === undefined || PLANS[plan].features.cacheTags;

/** A config file with that plan; undefined without one. Without cache tags, changes would be gathered for minutes. */
export function planConfig(): string | undefined {
  if (plan === undefined) return undefined;
  const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'resizer.config.cjs');
  const config = { refresh: { windowSeconds: 1 }, stack: { plan, subscribe: true } };
  writeFileSync(file, `module.exports = ${JSON.stringify(config)};\n`);
  return file;
}
