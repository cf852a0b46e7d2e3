import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

const assetsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('asset.'));

const modesBelow = (folder: string): [path: string, isFolder: boolean, mode: number][] =>
  ['.', ...(readdirSync(folder, { recursive: true }) as string[])].map((path) => {
    const stats = statSync(join(folder, path));
    return [path, stats.isDirectory(), stats.mode & 0o777];
  });

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
  // Of each function, the one that empties the bucket of variants included.
  expect(assetsIn(out)).toHaveLength(4);
  const modes = assetsIn(out).flatMap((asset) => modesBelow(join(out, asset)));
  expect(modes.filter(([, isFolder, mode]) => mode !== (isFolder ? 0o755 : 0o644))).toEqual([]);
  expect(modes.length).toBeGreaterThan(50);
});

test('every asset has the same hash when nothing changed', () => {
  expect(assetsIn(out)).toEqual(assetsIn(process.env['CDK_OUT']!));
});
