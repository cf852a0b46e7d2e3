import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './started';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clone-'));
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(PROJECT, 'scripts', 'ensure-install.cjs'), join(folder, 'scripts', 'ensure-install.cjs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A clone, with what npm reads. */
function clone(dependencies: Record<string, string>): void {
  const root = { name: 'clone', version: '1.0.0', dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
  const packages = { '': { name: 'clone', version: '1.0.0' } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ name: 'clone', lockfileVersion: 3, packages }));
}

function ensureInstall() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'scripts', 'ensure-install.cjs')], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a fresh clone is installed in two lines, without what npm says', () => {
  clone({});
  const { status, stdout, stderr } = ensureInstall();
  expect([status, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/^Installing dependencies, for the first time only …\nInstalled dependencies in \d+ s\.\n$/);
  // Of a package without dependencies, npm makes no folder.
  expect(existsSync(join(folder, 'node_modules', 'none'))).toBe(false);
});

test('what npm says is shown where it fails, with its exit code and without a stack trace', () => {
  clone({ missing: '1.0.0' });
  const { status, stderr } = ensureInstall();
  expect(status).toBe(1);
  expect(stderr).toContain('npm error');
  expect(stderr).toMatch(/npm ci failed\.\n$/);
  expect(stderr).not.toContain('    at ');
});
