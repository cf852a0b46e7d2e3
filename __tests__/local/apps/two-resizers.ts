import { App, Stack, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins } from 'aws-cdk-lib';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResizerConfig } from '../../../edge/config/schema';
import { ImageResizer } from '../../../stack/image-resizer';

/** The resizers, and their bases if they share a distribution. */
const BASES = { Photos: '/photos', Products: '/products' };

/** The config of a resizer that shares its distribution. */
export const sharedConfig = (name: keyof typeof BASES): ResizerConfig => ({ base: BASES[name] });

const NAMES = Object.keys(BASES) as (keyof typeof BASES)[];

function synth(fill: (stack: Stack) => void): string {
  const outdir = mkdtempSync(join(tmpdir(), 'two-resizers-'));
  const app = new App({ outdir, analyticsReporting: false });
  fill(new Stack(app, 'Images', { env: { region: 'us-east-1' } }));
  app.synth();
  return outdir;
}

/** Synthesises two resizers, `Photos` and `Products`, in one stack with a distribution for each; returns its folder. */
export const synthTwo = (): string =>
  synth((stack) => {
    // oxlint-disable-next-line no-new -- constructs register themselves
    for (const name of NAMES) new ImageResizer(stack, name, { config: {} });
  });

/** The same two behind one distribution, each below its base, beside a site elsewhere. */
export const synthShared = (): string =>
  synth((stack) => {
    const distribution = new cloudfront.Distribution(stack, 'Site', {
      defaultBehavior: { origin: new origins.HttpOrigin('www.example.com') },
    });
    for (const name of NAMES) {
      const images = new ImageResizer(stack, name, { config: sharedConfig(name) });
      images.addTo(distribution, `${BASES[name]}/*`);
    }
  });
