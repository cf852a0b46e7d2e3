import { App } from 'aws-cdk-lib';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { parseConfig } from '../../edge/config/schema';
import cdkJson from '../../cdk.json';
import { refuseFindings } from '../../stack/findings';
import { ResizerStack } from '../../stack/resizer-stack';
import { STAGED, assetsIn, expectReadableAssets } from './assets';

/** The app as another one has it whose `cdk.json` sets no more than the documentation shows. */
function synthesise(): string {
  const shown = new Set([
    '@aws-cdk/core:validateAgainstDefaultRules',
    '@aws-cdk/aws-iam:minimizePolicies',
    '@aws-cdk/core:target-partitions',
  ]);
  const context = Object.fromEntries(Object.entries(cdkJson.context).filter(([name]) => shown.has(name)));
  const app = new App({ ...STAGED, context });
  refuseFindings(app);
  const config = parseConfig({});
  const stack = new ResizerStack(app, config.stack.name, { config, env: { region: 'us-east-1' } });
  if (stack.node.tryGetContext('@aws-cdk/aws-lambda:useCdkManagedLogGroup')) throw new Error('A flag is on.');
  return app.synth().directory;
}

const shared = process.env['CDK_OUT_WITHOUT_PLAN']!;

/** Somebody who deploys may have a umask that lets nobody else read. */
const umask = process.umask(0o077);
// Read where the tests of the template are defined.
const out = synthesise();
process.env['CDK_OUT'] = out;
process.umask(umask);

test('cdk.json has every feature flag that the CDK recommends, so that it has nothing to say about them', () => {
  expect(Object.keys(cdkJson.context)).toEqual(expect.arrayContaining(Object.keys(recommended)));
});

describe('without the feature flags that the CDK recommends', () => {
  require('./template.test');

  test('Lambda can read every file of every asset, whatever the umask of who deploys', () => expectReadableAssets(out));

  test('every asset has the same hash when nothing changed', () => {
    expect(assetsIn(out)).toEqual(assetsIn(shared));
  });
});
