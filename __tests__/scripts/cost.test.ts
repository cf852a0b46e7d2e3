import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cost } from '../../scripts/cost';
import type { Bill, Workload } from '../../scripts/cost/model';
import { execute } from './command';

const folder = mkdtempSync(join(tmpdir(), 'cost-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SITE = ['--hits', '10M', '--originals', '300000', '--sizes', '6'];

/** A config file that has this size alone. */
async function configWith(size: string): Promise<string> {
  const file = join(folder, `${size}.config.cjs`);
  await writeFile(file, `module.exports = { sizes: ['${size}'] };`);
  return file;
}

async function billsOf(...args: string[]): Promise<{ workload: Workload; bills: Bill[] }> {
  const { code, stdout } = await execute(cost, [...args, '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout) as { workload: Workload; bills: Bill[] };
}

test('a row for the first month and for a later one, as you go and for each plan that is large enough', async () => {
  const { code, stdout } = await execute(cost, SITE);
  expect(code).toBe(0);
  expect(stdout).toMatch(/as you go.*first/);
  expect(stdout).toMatch(/as you go.*later/);
  expect(stdout).toMatch(/free.*is too small: it holds 1M requests and 100 GB/);
  expect(stdout).toMatch(/pro.*\$15\.00.*\$0\.00/);
});

test('ten million hits of 40 kB cost what the price list says', async () => {
  const { bills } = await billsOf(...SITE, '--bytes', '40000', '--render-ms', '600', '--misses', '0', '--changed', '0');
  const [asYouGo, , pro] = bills;
  // 10 × ($1.00 + $0.10 + $3.40), without the Origin Shield of 3.6 million renders.
  expect(asYouGo!.later.cloudFront).toBeCloseTo(45, 5);
  expect(asYouGo!.first.cloudFront).toBeCloseTo(45 + 3.6 * 0.75, 5);
  expect(asYouGo!.first.renders).toBe(3_600_000);
  expect(asYouGo!.first.lambdaEdge).toBeCloseTo(3.6 * (51.84 + 0.6), 0);
  expect(pro!.later).toMatchObject({ plan: 15, cloudFront: 0, lambdaEdge: 0, renders: 0 });
});

test('no more is rendered than is asked for', async () => {
  const { bills } = await billsOf('--hits', '1M', '--originals', '300k', '--sizes', '6', '--plan', 'free');
  expect(bills.map(({ tariff, first }) => [tariff, first.renders])).toEqual([['free', 1_000_000]]);
});

test('overwrites are rendered and invalidated again, by tag where the plan has tags', async () => {
  const { bills } = await billsOf('--hits', '1M', '--originals', '10k', '--sizes', '6', '--changed', '50');
  const [asYouGo, free, pro] = bills.map(({ later }) => later);
  expect(asYouGo!.renders).toBe(60_000);
  expect([asYouGo, free, pro].map((month) => month!.invalidations)).toEqual([45, 0, 45]);
});

test('sizes by name take what they take', async () => {
  const [small, large] = await Promise.all(
    ['320w', '1920w'].map(async (sizes) => (await billsOf(...SITE.slice(0, 4), '--sizes', sizes)).workload),
  );
  expect(small!.sizes).toBe(1);
  expect(large!.bytes).toBeGreaterThan(20 * small!.bytes);
  expect(large!.milliseconds).toBeGreaterThan(small!.milliseconds);
});

/** The table of `npm run bench -- sizes`. */
const MEASURED = readFileSync(join(__dirname, '..', '..', 'bench', 'RESULTS.md'), 'utf8')
  .split('<!-- /sizes -->')[0]!
  .split('<!-- sizes -->')[1]!
  .matchAll(/^\| ([\dxwh]+|full) +\| ([\d.]+) +\| ([\d.]+) +\|$/gm);

test.each([...MEASURED].map(([, size, avif, webp]) => [size!, Number(avif), Number(webp)] as const))(
  '%s has the bytes that were measured for it: %d kB as AVIF, %d as WebP',
  async (size, avif, webp) => {
    const { workload } = await billsOf(...SITE.slice(0, 4), '--sizes', size, '--config', await configWith(size));
    expect(workload.bytes).toBeCloseTo(950 * avif + 50 * webp, 3);
  },
);

test('a size between two that were measured takes something between, and none is larger than the original', async () => {
  const bytesOf = async (size: string) =>
    (await billsOf(...SITE.slice(0, 4), '--sizes', size, '--config', await configWith(size))).workload.bytes;
  const widths = ['200w', '320w', '500w', '640w', '750w', '1280w', '1500w', '1920w', '2200w'];
  const bytes = await Promise.all(widths.map(bytesOf));
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  expect(new Set(bytes).size).toBe(widths.length);
  expect(await bytesOf('10000w')).toBe(await bytesOf('16000w'));
});

test.each([
  [['--originals', '1', '--sizes', '1'], /--hits/],
  [['--hits', '10X', '--originals', '1', '--sizes', '1'], /whole number from 1, such as/],
  [['--hits', '0', '--originals', '1', '--sizes', '1'], /whole number from 1/],
  [['--hits', '0.5', '--originals', '1', '--sizes', '1'], /whole number from 1/],
  [['--hits', '1', '--originals', '1', '--sizes', '99'], /The config has \d+ sizes and presets/],
  [['--hits', '1', '--originals', '1', '--sizes', '0'], /--sizes cannot be 0/],
  [['--hits', '1', '--originals', '1', '--sizes', '321w'], /321w is refused/],
  [[...SITE, '--plan', 'gold'], /free, pro, business, premium/],
  [[...SITE, '--misses', '101'], /number from 0 to 100/],
  [[...SITE, '--misses', ''], /number from 0 to 100/],
  [[...SITE, '--config', '/none.ts'], /There is no config \/none\.ts/],
])('%j is refused in one line', async (args, message) => {
  const { code, stdout, stderr } = await execute(cost, args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
