import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

const modesBelow = (folder: string): [path: string, isFolder: boolean, mode: number][] =>
  ['.', ...(readdirSync(folder, { recursive: true }) as string[])].map((path) => {
    const stats = statSync(join(folder, path));
    return [path, stats.isDirectory(), stats.mode & 0o777];
  });

test('Lambda can read every file of every asset, whatever the umask of who deploys', () => {
  const out = mkdtempSync(join(tmpdir(), 'umask-'));
  const script = `require('./stack/synthesise').synthesise(${JSON.stringify(out)})`;
  execFileSync('sh', ['-c', 'umask 077 && exec npx tsx --no-warnings -e "$0"', script], { cwd: PROJECT });
  const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
  // Of each function, the one that empties the bucket of variants included.
  expect(assets).toHaveLength(4);
  const modes = assets.flatMap((asset) => modesBelow(join(out, asset)));
  expect(modes.filter(([, isFolder, mode]) => mode !== (isFolder ? 0o755 : 0o644))).toEqual([]);
  expect(modes.length).toBeGreaterThan(50);
  rmSync(out, { recursive: true });
}, 180_000);
