import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../edge/config/read';
import { loadTypeScript } from '../../scripts/deployed-config';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const read = (file: string) => readConfig(file, loadTypeScript);

test('a config is read where Node cannot load TypeScript: types, imports and packages', async () => {
  write('sizes.ts', 'export enum Side { Wide = 640 }\nexport const sizes: string[] = [`${Side.Wide}w`];\n');
  const file = write(
    'resizer.config.ts',
    "import { join } from 'node:path';\nimport { sizes } from './sizes';\nexport default { sizes, base: join('/', 'img') } as const;\n",
  );
  const config = await read(file);
  expect([config.sizes, config.base]).toEqual([['640w'], '/img']);
});

test.each([
  ['export default { sizes: [', /resizer\.config\.ts cannot be loaded: Error: Build failed/],
  ["throw new Error('no')", /resizer\.config\.ts cannot be loaded: Error: no$/],
  ["export default { sizes: ['300x'] };", /sizes\[0\]: "300x", expected WxH, Ww or Hh/],
])('%j is refused with a reason', async (text, message) => {
  await expect(read(write('resizer.config.ts', text))).rejects.toThrow(message);
});
