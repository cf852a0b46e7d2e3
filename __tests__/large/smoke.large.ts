import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../../stack/synthesise';
import { run } from '../local/running';
import { command } from '../scripts/command';

/** Configs that turn off what the default one has, with how many promises apply to them. */
const CONFIGS: [what: string, config: object, applying: number][] = [
  [
    'one URL form, no size full, no AVIF',
    { sizes: ['240x180', '640w'], urls: ['first'], fits: ['inside', 'cover'], formats: ['webp'] },
    19,
  ],
  [
    'no modern format, padding, only full, snapping',
    { sizes: ['full'], presets: {}, fits: ['contain'], formats: [], snap: true },
    19,
  ],
  ['stretching, larger than the original', { sizes: ['3000x1000', '900h'], fits: ['fill'], urls: ['lastFolder'] }, 20],
];

test.each(CONFIGS)('a distribution with %s keeps its promises', async (_, config, applying) => {
  const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
  const file = join(folder, 'resizer.config.ts');
  writeFileSync(file, `export default ${JSON.stringify(config)};\n`);
  await synthesise(join(folder, 'cdk.out'), file);
  const local = await run({ cdkOut: join(folder, 'cdk.out') });
  const args = [local.url, '--bucket', local.buckets.originals, '--config', file];
  const { code, stdout } = await command('smoke', args, local.environment);
  await local.close();
  expect(stdout).toContain(`${applying} promises are kept, 0 broken`);
  expect(code).toBe(0);
});
