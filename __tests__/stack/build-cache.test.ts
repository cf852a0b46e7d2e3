import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'build-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bundle of a file with some text in it, as another process makes it: what this one remembers is forgotten. */
function bundleOf(text: string): string {
  const file = join(folder, 'entry.ts');
  writeFileSync(join(folder, 'text.ts'), `export const text = '${text}';`);
  writeFileSync(file, "import { text } from './text'; console.log(text);");
  // Saved long ago, as the files of an installed package are.
  for (const name of ['text.ts', 'entry.ts']) utimesSync(join(folder, name), 1e9, 1e9);
  jest.resetModules();
  const { buildOnce } = require('../../stack/build-cache') as typeof import('../../stack/build-cache');
  return buildOnce({ entryPoints: [file], bundle: true, format: 'cjs', platform: 'node' });
}

test('a bundle is made anew when a file that went into it has changed, even one with the time of before', () => {
  expect(bundleOf('before')).toContain('before');
  expect(bundleOf('before')).toContain('before');
  expect(bundleOf('after')).toContain('after');
});
