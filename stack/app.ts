/** The CDK app. `-c config=FILE` reads another config than `resizer.config.ts`. */
import { App } from 'aws-cdk-lib';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, parseConfig } from '../edge/config';
import { LAMBDA_EDGE } from '../edge/limits';
import { refuseFindings } from './findings';
import { ResizerStack } from './resizer-stack';

/** @throws ConfigError if the file is missing, does not load, or holds a config that cannot be used */
async function readConfig(file: string) {
  if (!existsSync(file)) throw new ConfigError(`There is no config ${file}.`);
  const loaded = (await import(file)) as { default?: unknown };
  const config = loaded.default as { default?: unknown } | undefined;
  return parseConfig(config?.default ?? config);
}

async function main(): Promise<void> {
  const app = new App();
  refuseFindings(app);
  const file = resolve(
    (app.node.tryGetContext('config') as string | undefined) ?? join(__dirname, '..', 'resizer.config.ts'),
  );
  const config = await readConfig(file);
  new ResizerStack(app, config.stack.name, {
    config,
    env: { region: LAMBDA_EDGE.region },
    description: 'Images at any listed size, made inside CloudFront on first request',
  });
  app.synth();
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
});
