import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assetsIn, expectReadableAssets } from '../stack/assets';

const PROJECT = join(__dirname, '..', '..');

const out = mkdtempSync(join(tmpdir(), 'umask-'));
afterAll(() => rmSync(out, { recursive: true }));

/** As `cdk synth` does, with CloudFormation's validator, which ends it by any finding. */
beforeAll(() => {
  const script = `require('./stack/synthesise').synthesise(${JSON.stringify(out)})`;
  execFileSync('sh', ['-c', 'umask 077 && exec npx tsx --no-warnings -e "$0"', script], {
    cwd: PROJECT,
    env: { ...process.env, CDK_VALIDATION: 'true' },
  });
}, 180_000);

test('Lambda can read every file of every asset, whatever the umask of who deploys', () => {
  expectReadableAssets(out);
});

test('every asset has the same hash when nothing changed', () => {
  expect(assetsIn(out)).toEqual(assetsIn(process.env['CDK_OUT']!));
});
