import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { Summary } from '../../scripts/warm/summary';
import { type Running, run } from '../local/running';
import { command, start } from '../scripts/command';
import { type RecordingProxy, recordingProxy } from '../scripts/recording-proxy';

const ORIGINALS = 2_000;
const SIZES = ['100x100', '320w'];
const CONCURRENCY = 8;
const REQUESTS = ORIGINALS * SIZES.length * 2;

let local: Running;
let proxy: RecordingProxy | undefined;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'warm-large-'));
  local = await run();
  for (let index = 0; index < ORIGINALS; index++) {
    const background = { r: index % 256, g: Math.floor(index / 256) * 16, b: 128 };
    await local.put(
      `photos/${index}.png`,
      await sharp({ create: { width: 360, height: 240, channels: 3, background } })
        .png()
        .toBuffer(),
    );
  }
  // The repeated pass of the refresh invalidates what was made meanwhile.
  await local.settle();
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

const argsFor = (url: string, ...more: string[]) => [
  url,
  '--json',
  '--keys',
  `s3://${local.buckets.originals}/photos/`,
  '--sizes',
  SIZES.join(),
  '--failures',
  join(folder, 'failures.tsv'),
  ...more,
];

async function warm(url: string, ...more: string[]): Promise<Summary> {
  const { code, stdout, stderr } = await command('warm', argsFor(url, ...more), local.environment);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout) as Summary;
}

test('2,000 originals, killed in the middle: the rest is done by the next run, and nothing is lost', async () => {
  proxy = await recordingProxy(local.url);
  const journal = join(folder, 'journal');
  const first = start(
    'warm',
    argsFor(proxy.url, '--journal', journal, '--concurrency', String(CONCURRENCY)),
    local.environment,
  );
  while (proxy.seen.length < REQUESTS / 2) await sleep(50);
  first.kill();
  await first.finished;
  const done = readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('/'));
  expect(done.length).toBeGreaterThan(REQUESTS / 4);
  appendFileSync(journal, '/photos/1');

  const rest = await warm(proxy.url, '--journal', journal);
  expect(rest.skipped).toBe(done.length);
  expect(rest.rendered + rest.stored + rest.cached).toBe(REQUESTS - done.length);
  expect(new Set(proxy.seen.map(({ path }) => path)).size).toBe(REQUESTS);
  // What was under way when it was killed is all that may be asked for twice.
  expect(proxy.seen.length).toBeLessThanOrEqual(REQUESTS + CONCURRENCY);
  expect(await local.variants()).toHaveLength(REQUESTS);
});

test('a second run finds everything', async () => {
  expect(await warm(local.url)).toMatchObject({ rendered: 0, stored: 0, cached: REQUESTS, failed: {} });
});

test('three of ten requests refused end with no failure', async () => {
  let count = 0;
  proxy = await recordingProxy(local.url, () => (count += 7) % 10 < 3);
  const summary = await warm(proxy.url, '--concurrency', '32');
  expect(summary).toMatchObject({ cached: REQUESTS, failed: {} });
  expect(summary.retries).toBeGreaterThan(REQUESTS / 4);
});

test('300,000 keys stream through', async () => {
  const keys = join(folder, 'keys.txt');
  writeFileSync(keys, Array.from({ length: 300_000 }, (_, index) => `photos/2026/${index}/image.jpg\n`).join(''));
  const sizes = '100x100,300x300,320w,640w,960w,thumb';
  const { stdout } = await command('warm', [local.url, '--keys', keys, '--sizes', sizes, '--dry-run', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ requests: 3_600_000 });
});
