import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { init } from '../../scripts/init';
import { execute } from './command';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'init-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('an empty folder gets a config, an app, cdk.json and a manifest with exact versions, and the next commands', async () => {
  const { code, stdout } = await execute(init, [folder]);
  expect(code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['cdk.json', 'images.ts', 'package.json', 'resizer.config.ts']);
  const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(devDependencies).toMatchObject({ 'aws-cdk': '2.1148.1', 'aws-cdk-lib': '2.276.0' });
  expect(Object.values(devDependencies)).toEqual(Array(5).fill(expect.stringMatching(/^\d+\.\d+\.\d+$/)));
  expect(stdout).toContain('npm install');
});

test('what is there is left alone, with what to add by hand', async () => {
  const manifest = '{ "dependencies": { "constructs": "10.8.1" } }';
  writeFileSync(join(folder, 'package.json'), manifest);
  writeFileSync(join(folder, 'images.ts'), 'mine');
  const { code, stdout } = await execute(init, [folder]);
  expect(code).toBe(0);
  expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(manifest);
  expect(readFileSync(join(folder, 'images.ts'), 'utf8')).toBe('mine');
  expect(stdout).toMatch(/left alone {2}package\.json; npm install --save-exact .*aws-cdk@2\.1148\.1/);
  expect(stdout).not.toContain('constructs@');
});

test('a file in place of the folder is one line', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { code, stderr } = await execute(init, [file]);
  expect([code, stderr]).toEqual([2, `${file} is not a folder.\n`]);
});
