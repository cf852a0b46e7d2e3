import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAttributes, printAttributes } from '../../client/html';
import { createImages } from '../../client';
import { ROOT } from './pages';

const APPS = join(ROOT, '__tests__', 'client', 'apps');
const page = readFileSync(join(ROOT, 'docs', 'front-end.md'), 'utf8');

/** Blocks that name their file in their first line. */
const files = [...page.matchAll(/^```[jt]s\n\/\/ (\S+)\n([^]*?)^```$/gm)].map(
  ([, name, code]) => [name!, code!] as const,
);

/** A file of an app that `npm run check:large` builds, with the host of the page in place of that of the test. */
const fileOfApp = (name: string): string | undefined => {
  const file = ['.', 'next', 'nuxt', 'astro'].map((app) => join(APPS, app, name)).find(existsSync);
  return file && readFileSync(file, 'utf8').replace(/process\.env\.\w+/, "'https://images.example.com'");
};

test('the recipes are those of the apps that are built', () => {
  const built = files.filter(([name]) => name !== 'eleventy.config.js');
  expect(built).toHaveLength(7);
  for (const [name, code] of built) {
    // The pages of the apps are built for a static host, without telemetry.
    const expected = fileOfApp(name)?.replace(/^ *(?:output: 'export'|telemetry: false),\n/m, '');
    const isSame = name === 'resizer.config.ts' ? code.includes('defineConfig') : code === expected;
    expect([name, isSame]).toEqual([name, true]);
  }
});

test('the URLs on the page are those that the client makes', () => {
  const config = { sizes: ['next', '300x300', 'full'], qualities: [50, 75] };
  const images = createImages(config, { host: 'https://images.example.com' });
  expect(page).toContain(images.url('photos/harbour.jpg', { width: 640 }));
  const { srcset } = createImages(config);
  expect(srcset('photos/harbour.jpg', { size: '300x300', gravity: 'attention' })).toContain(
    /srcset="([^"]+)"/.exec(page)![1],
  );
  expect(printAttributes(createAttributes(config)('photos/harbour.jpg', { width: 800, height: 600 }))).toContain(
    'sizes="(min-width: 800px) 800px, 100vw" width="800" height="600"',
  );
});
