import { App } from 'aws-cdk-lib';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ResizerConfig, parseConfig } from '../../edge/config/schema';
import { ResizerStack } from '../../stack/resizer-stack';

/** Synthesises the app of a config; returns its folder, which the test removes. */
export function synth(config: ResizerConfig): string {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
  const app = new App({ outdir, analyticsReporting: false });
  const parsed = parseConfig(config);
  // oxlint-disable-next-line no-new -- constructs register themselves
  new ResizerStack(app, parsed.stack.name, { config: parsed, env: { region: 'us-east-1' } });
  app.synth();
  return outdir;
}
