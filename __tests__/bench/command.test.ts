import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../../bench/bench';
import { benchCommand } from '../../bench/command';
import { photo } from '../local/running';
import { execute } from '../scripts/command';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'a.jpg'), await photo(64, 48));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const counted: Bench = {
  about: 'Counts the photographs.',
  run: async ({ photographs: { files }, runs }) => [
    { title: 'Files', head: ['runs', 'files'], rows: [[runs, files.length]] },
  ],
};

/** What is kept, as the arguments by which it is. */
const kept: unknown[][] = [];
const command = benchCommand({ counted }, async (...given) => void kept.push(given));
const bench = (...args: string[]) => execute(command, ['--photos', folder, ...args]);

test('tables are printed, and kept with --save alone', async () => {
  for (const args of [[], ['counted'], ['--runs', '7']]) {
    const { code, stdout, stderr } = await bench(...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`### Files\n\n| runs | files |\n| - | - |\n| ${args[1] ?? 5} | 1 |`);
  }
  expect(kept).toEqual([]);
  expect(await bench('--save')).toMatchObject({ code: 0, stderr: 'Kept in bench/RESULTS.md.\n' });
  expect(kept).toEqual([['counted', '1 photographs', [{ title: 'Files', head: ['runs', 'files'], rows: [[5, 1]] }]]]);
});

test.each([
  [['nothing'], 'Unknown bench: nothing. Benches: counted.\n'],
  [['--runs', '4'], /^option '--runs <number>' argument '4' is invalid/],
])('%j is one line and exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await bench(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});
