/** The CDK app. `-c config=FILE` reads another config than `resizer.config.ts`. */
import { App } from 'aws-cdk-lib';
import { resolve } from 'node:path';
import { ConfigError } from '../edge/config/checked';
import { LAMBDA_EDGE } from '../edge/limits';
import { readConfig } from '../edge/config/read';
import { refuseFindings } from './findings';
import { ResizerStack } from './resizer-stack';

async function main(): Promise<void> {
  const app = new App();
  refuseFindings(app);
  const file = app.node.tryGetContext('config') as string | undefined;
  const config = await readConfig(file && resolve(file));
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
