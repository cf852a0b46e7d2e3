import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { photo } from '../local/running';
import { type Started, freePort, startDistribution } from '../scripts/started';

let folder: string;
let running: Started | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
});
afterAll(() => {
  running?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('what is printed fits the config', async () => {
  const port = await freePort();
  const config = join(folder, 'few.config.ts');
  writeFileSync(config, "export default { sizes: ['50x50'], presets: {}, urls: ['first'] };");
  const originals = join(folder, 'sized');
  mkdirSync(join(originals, '300x300'), { recursive: true });
  writeFileSync(join(originals, '300x300', 'a.jpg'), await photo(64, 48));
  running = await startDistribution(['--originals', originals, '--config', config, '--port', String(port)]);
  const examples = running.output.match(/^ {2}http:\S+/gm)!.map((line) => line.trim());
  expect(examples).toEqual([`http://localhost:${port}/50x50/300x300/a.jpg`]);
  expect((await fetch(examples[0]!)).status).toBe(200);
});
