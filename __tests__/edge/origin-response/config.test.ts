import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ResizerConfig } from '../../../edge/config/schema';
import { type Running, photo, run, clearFaults } from '../../local/running';
import { synthesiseIn } from '../../stack/synthesised';
import { EXAMPLE, exampleFont } from '../render/fixtures/font';
import { lettering, linesOf } from '../render/lettering';

const config: ResizerConfig = {
  sizes: ['300x300', '640w', 'full'],
  presets: {},
  fallback: 'missing.jpg',
  fonts: './fonts',
  cache: { browser: 10, cdn: 20, staleWhileRevalidate: 30, errors: 5 },
  limits: { originalMiB: 0.1, seconds: 2 },
};

let folder: string;
let local: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  mkdirSync(join(folder, 'fonts'));
  writeFileSync(join(folder, 'fonts', 'example.ttf'), exampleFont());
  local = await run({ cdkOut: synthesiseIn(folder, config) });
  await local.put('photo.jpg', await photo(700, 500));
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

test('in place of a missing original the fallback is shown at the size asked for, still as a 404', async () => {
  expect((await local.get('/300x300/nothing.jpg')).headers['content-type']).toBe('text/plain; charset=utf-8');
  await local.put('missing.jpg', await photo(320, 320));
  local.clock.advance(6_000);
  const answer = await local.get('/300x300/nothing.jpg');
  expect(answer.status).toBe(404);
  expect(answer.headers).toMatchObject({
    'x-resizer-error': 'NOT_FOUND',
    'cache-control': 'public, max-age=5, s-maxage=5',
  });
  expect((await sharp(answer.body).metadata()).width).toBe(300);
  expect((await local.variants()).filter((key) => key.includes('nothing'))).toEqual([]);
});

test('the fallback is rendered once, and stored as the variant that it is', async () => {
  await local.put('missing.jpg', await photo(320, 321));
  await local.settle();
  const { originals, variants } = local.buckets;
  const journal = local.s3!.journal;
  journal.clear();
  const answers = [];
  for (const key of ['made-up', 'thought-up', 'dreamt-up', 'made-up/again'])
    answers.push(await local.get(`/640w/${key}.jpg`));
  for (const { status, headers, body } of answers) {
    expect([status, headers['content-type'], body.equals(answers[0]!.body)]).toEqual([404, 'image/jpeg', true]);
  }
  expect(journal.entries.filter(({ key, status }) => key === 'missing.jpg' && status === 200)).toHaveLength(1);
  expect(journal.count('s3:PutObject', variants)).toBe(1);
  expect(journal.count('s3:GetObject', originals)).toBe(5);
  const key = `${local.generation}/missing.jpg/640x.auto`;
  expect((await local.stored(key)).body.equals(answers[0]!.body)).toBe(true);
  expect((await local.get('/640w/missing.jpg')).headers['x-resizer']).toBeUndefined();

  await local.put('missing.jpg', await photo(320, 99));
  await local.settle();
  expect((await sharp((await local.get('/640w/other.jpg')).body).metadata()).height).toBe(99);
});

test('a fallback that is no image is looked at once, and the line is shown in its place', async () => {
  await local.put('missing.jpg', 'no image');
  await local.settle();
  local.s3!.journal.clear();
  for (const key of ['one', 'two']) {
    const answer = await local.get(`/300x300/${key}.jpg`);
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
  }
  expect(local.s3!.journal.entries.filter(({ key }) => key === 'missing.jpg')).toHaveLength(1);
});

test('the cache settings of the config are those of a variant', async () => {
  const { headers } = await local.get('/300x300/photo.jpg');
  expect(headers['cache-control']).toBe('public, max-age=10, s-maxage=20, stale-while-revalidate=30');
});

test('an original over the limit is refused before it is fetched whole', async () => {
  await local.put('large.png', await photo(600, 500, 'png'));
  const answer = await local.get('/300x300/large.png');
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([415, 'TOO_LARGE']);
  expect(answer.body.toString()).toContain('104857');
});

test('a slow S3 is a 503 when the budget is spent, and the next request is served', async () => {
  local.faults.add(`s3:GetObject=latency=2600,bucket=${local.buckets.originals}`);
  const answer = await local.get('/640w/photo.jpg');
  expect([answer.status, answer.headers['x-resizer-error']]).toEqual([503, 'UNAVAILABLE']);
  clearFaults(local);
  expect((await local.get('/640w/photo.jpg')).status).toBe(200);
});

test("the text of an SVG may have the site's own fonts", async () => {
  const lines = [EXAMPLE, 'sans-serif', 'monospace'].map((name): [string, string] => [
    'Hamburg',
    `font-family="${name}"`,
  ]);
  await local.put('text.svg', lettering(lines));
  const { body } = await local.get('/text.svg?format=png');
  const [example, sans, mono] = await linesOf(body);
  // It has the glyphs of our own font of one width.
  expect(example).toBe(mono);
  expect(example).not.toBe(sans);
});
