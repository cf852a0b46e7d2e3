/** Templates of synthesised apps, to be read and changed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../../../local/src/deployment/assembly';
import type { DistributionConfig } from '../../../local/src/deployment/deployment';

/** A template that has resources. */
export interface OneStack extends Template {
  Resources: NonNullable<Template['Resources']>;
}

/** The configuration of the distribution. */
export function configOf({ Resources }: OneStack): DistributionConfig {
  const found = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudFront::Distribution')!;
  return found.Properties!['DistributionConfig'] as DistributionConfig;
}

export const readTemplate = (folder: string, name: string): OneStack =>
  JSON.parse(readFileSync(join(folder, `${name}.template.json`), 'utf8')) as OneStack;

export const writeTemplate = (folder: string, name: string, template: object): void =>
  writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
