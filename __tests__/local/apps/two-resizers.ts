import { App, Stack } from 'aws-cdk-lib';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../edge/config/schema';
import type { Template } from '../../../local/src/deployment/assembly';
import type { DistributionConfig } from '../../../local/src/deployment/deployment';
import { ImageResizer } from '../../../stack/image-resizer';

/** The sections of a template that this changes. */
export interface OneStack extends Template {
  Resources: NonNullable<Template['Resources']>;
}

/** The configuration of the distribution whose logical id contains this. */
export function configOf({ Resources }: OneStack, name = ''): DistributionConfig {
  const [, found] = Object.entries(Resources).find(
    ([id, { Type }]) => Type === 'AWS::CloudFront::Distribution' && id.includes(name),
  )!;
  return found.Properties!['DistributionConfig'] as DistributionConfig;
}

/** Synthesises two resizers, `Photos` and `Products`, in one stack with a distribution for each; returns its folder. */
export function synthTwo(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'two-resizers-'));
  const app = new App({ outdir, analyticsReporting: false });
  for (const name of ['Photos', 'Products']) {
    const stack = new Stack(app, name, { env: { region: 'us-east-1' } });
    // oxlint-disable-next-line no-new -- constructs register themselves
    new ImageResizer(stack, `${name}Resizer`, { config: parseConfig({ stack: { name } }) });
  }
  app.synth();
  const [photos, products] = ['Photos', 'Products'].map((name) => readTemplate(outdir, name));
  // The outputs of both have the same names.
  const resources = { ...products!.Resources, ...photos!.Resources };
  writeTemplate(outdir, 'Photos', { ...photos!, Resources: resources });
  writeTemplate(outdir, 'Products', { Resources: {} });
  return outdir;
}

/** Moves the second resizer behind the distribution of the first one, at `/products/*`. */
export function onOneDistribution(template: OneStack): OneStack {
  const [first, second] = ['Photos', 'Products'].map(
    (name) =>
      Object.entries(template.Resources).find(
        ([id, { Type }]) => Type === 'AWS::CloudFront::Distribution' && id.startsWith(name),
      )![0],
  );
  const { [second!]: _, ...Resources } = template.Resources;
  const merged = JSON.parse(
    JSON.stringify({ ...template, Resources }).replaceAll(`"${second}"`, `"${first}"`),
  ) as OneStack;
  const added = configOf(template, 'Products');
  const config = configOf(merged, 'Photos');
  config.Origins.push(...added.Origins);
  config.CacheBehaviors = [{ PathPattern: '/products/*', ...added.DefaultCacheBehavior }];
  return merged;
}

export const readTemplate = (folder: string, name: string): OneStack =>
  JSON.parse(readFileSync(join(folder, `${name}.template.json`), 'utf8')) as OneStack;

export const writeTemplate = (folder: string, name: string, template: object): void =>
  writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
