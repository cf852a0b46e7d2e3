import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { bytesAt, percentile, qualityAt } from '../../bench/bytes/curve';
import type { Measured } from '../../bench/bytes/measure';
import { slowAvifTable } from '../../bench/bytes/tables/avif';
import { peersTable } from '../../bench/bytes/tables/peers';
import { equalTable, missTable, orderTable, scoreTable } from '../../bench/bytes/tables/scores';

const PROJECT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'bytes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a TypeScript file of the project with these arguments. */
const runScript = async (file: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, ['--no-warnings', '--import', 'tsx', file, ...args], { cwd: PROJECT });

/** A folder with photographs of this width, as far as noise on a slope is one. */
async function photographs(name: string, width: number, count: number): Promise<string> {
  const into = join(folder, name);
  mkdirSync(into);
  for (let at = 0; at < count; at++) {
    const noise = { type: 'gaussian' as const, mean: 90 + 40 * at, sigma: 10 + 20 * at };
    await sharp({ create: { width, height: 16, channels: 3, background: '#888', noise } })
      .jpeg({ quality: 95 })
      .toFile(join(into, `${at}.jpg`));
  }
  return into;
}

const point = (score: number, bytes: number, ms = 10) => ({ score, bytes, ms });

/** A photograph whose scores are this much off the target with one setting for all, and half as much with its own. */
function measured(name: string, off: number, predictedMs = 10): Measured {
  const curve = (share: number, ms: number) =>
    Object.fromEntries([70, 76, 82, 88].map((quality) => [quality, point(quality + off * share, quality * 100, ms)]));
  const classes = (share: number, ms: number) => {
    const auto = curve(share, ms);
    return { auto, 'auto.webp': auto, 'auto.avif': auto };
  };
  const misses = { fixed: [10, 10, 10], predicted: [predictedMs, predictedMs, predictedMs] };
  return {
    name,
    kind: 'photograph',
    width: 640,
    isThorough: true,
    ours: { fixed: classes(1, 10), predicted: classes(0.5, predictedMs) },
    peers: { 'aws-samples': { avif: point(76, 9_000, 100) } },
    slow: {
      'effort 4': [point(70, 7_000, 100), point(82, 8_000, 100)],
      'effort 4, 4:2:0': [point(70, 6_000, 50), point(82, 7_000, 50)],
    },
    misses: { auto: misses, 'auto.webp': misses, 'auto.avif': misses },
  };
}

const ALL = [-10, -5, 0, 5, 10].map((off, at) => measured(`${at}`, off));

const cells = ({ head, rows }: { head: string[]; rows: (string | number)[][] }) =>
  rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));

test('values between two that were measured', () => {
  expect(percentile([3, 1, 2, 4, 5], 0.1)).toBeCloseTo(1.4);
  expect(bytesAt([point(70, 100), point(80, 400)], 75)).toBeCloseTo(200);
  expect(
    qualityAt(
      [
        { quality: 60, score: 70 },
        { quality: 80, score: 74 },
      ],
      71,
    ),
  ).toBeCloseTo(65);
});

test('halves of the spread, and bytes at the same 10th percentile', () => {
  const [fixed, predicted] = cells(scoreTable(ALL));
  expect(fixed).toMatchObject({ setting: 'fixed', median: '76.0', spread: '16.0' });
  expect(predicted).toMatchObject({ setting: 'predicted', spread: '8.0', goal: 'spread 8.0: met' });
  // With one setting for all, the worst come to 72 with a quality of 80.
  expect(cells(equalTable(ALL))[0]).toMatchObject({
    '10th percentile': '72.0',
    'fixed quality for it': '80.0',
    bytes: '0.951',
    goal: 'bytes 0.88: missed',
  });
});

test('classes that are no larger than the older one, and the time of a miss', () => {
  expect(cells(orderTable(ALL)).map(({ goal }) => goal)).toEqual(Array(4).fill('none: met'));
  expect(cells(missTable(ALL))[0]).toMatchObject({ ratio: '1.00 (1.00–1.00)', goal: '1.03: met' });
  expect(cells(missTable([measured('slow', 0, 11)]))[0]).toMatchObject({ goal: '1.03: missed' });
});

test('slow encoders and peers at their own scores', () => {
  const [all] = cells(slowAvifTable([measured('one', 0)]));
  expect(all).toMatchObject({ against: 'effort 4', time: '0.10 (0.10–0.10)', goal: 'bytes 1.05, time 0.125: met' });
  expect(cells(peersTable([measured('one', 0)]))[0]).toMatchObject({
    peer: 'aws-samples',
    format: 'avif',
    bytes: '0.84',
    goal: 'bytes under 1, time 0.125: met',
  });
});

test('the bench measures photographs of a folder', async () => {
  const { stdout } = await runScript(
    'bench/main.ts',
    'bytes',
    '--photos',
    await photographs('narrow', 321, 2),
    '--pictures',
    '1',
  );
  expect(stdout).toMatch(/### Scores of photographs at quality 76, by SSIMULACRA 2\.1/);
  expect(stdout).toMatch(/\| 320 +\| auto\.avif +\| predicted +\| 1 +\|/);
  expect(stdout).toMatch(/\| 320 +\| ipx 3\.1\.1 +\| webp/);
  expect(stdout).toMatch(/\| effort 4, 4:2:0 +\|/);
});

test('the contact sheet of qualities shows each photograph with its scores', async () => {
  const into = join(folder, 'sheet');
  await runScript('__tests__/tools/contact-sheet.ts', into, '--quality', '--photos', await photographs('wide', 641, 2));
  const html = readFileSync(join(into, 'index.html'), 'utf8');
  expect(html).toMatch(/auto\.avif, predicted: [\d.]+, [\d.]+ kB/);
  const shown = [...html.matchAll(/src="([^"]+)"/g)].map(([, name]) => name!);
  expect(new Set(shown).size).toBe(2 * 7);
  for (const name of shown) expect(existsSync(join(into, name))).toBe(true);
});
