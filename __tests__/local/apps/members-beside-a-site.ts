import { App, Stack, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins } from 'aws-cdk-lib';
import { join } from 'node:path';
import type { ResizerConfig } from '../../../edge/config/schema';
import { ImageResizer } from '../../../stack/image-resizer';

/** Synthesises a site, `Web`, whose resizer `Images` takes signatures and has pictures for members, below `/img`. Returns its folder. */
export function synthMembersBesideASite(folder: string, config: ResizerConfig): string {
  const outdir = join(folder, 'beside');
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Web', { env: { region: 'us-east-1' } });
  const distribution = new cloudfront.Distribution(stack, 'Site', {
    defaultBehavior: { origin: new origins.HttpOrigin('site.example.com') },
  });
  new ImageResizer(stack, 'Images', { config }).addTo(distribution, `${config.base}/*`);
  app.synth();
  return outdir;
}
