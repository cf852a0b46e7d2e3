import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import type { ResizerConfig } from '../../../edge/config/schema';
import { AVIF, type Answer, type Running, WEBP, run } from '../../local/running';
import { synthesiseIn } from '../../stack/synthesised';
import { hostileSvg } from '../render/fixtures/hostile-svg';

/** The lowest plan: what browsers have to be told is up to the functions alone. */
const config: ResizerConfig = {
  svg: 'pass',
  sizes: ['100x100', '320w', '640w', 'full'],
  presets: { grey: { width: 50, greyscale: true } },
  stack: { plan: 'free' },
};

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** A drawing with whatever could run or be fetched. */
const hostile = hostileSvg('http://127.0.0.1:1');
let folder: string;
let local: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svg-pass-'));
  local = await run({ cdkOut: synthesiseIn(folder, config) });
  await local.put('hostile.svg', hostile);
});
afterAll(async () => {
  await local?.close();
  rmSync(folder, { recursive: true, force: true });
});

const headersOf = ({ headers }: Answer) => [headers['content-security-policy'], headers['x-content-type-options']];

test.each([
  ['/100x100/hostile.svg', AVIF],
  ['/320w@2x/hostile.svg', WEBP],
  ['/hostile.svg', undefined],
])('%s for %s is the original itself: made, from the cache and from S3', async (path, accept) => {
  const made = await local.get(path, { accept });
  const kept = await local.get(path, { accept });
  local.distribution.invalidate('/*');
  const fromS3 = await local.get(path, { accept });
  expect([made.headers['x-resizer'], fromS3.headers['x-resizer']]).toEqual(['rendered', undefined]);
  for (const answer of [made, kept, fromS3]) {
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/svg+xml']);
    expect(answer.body.toString()).toBe(hostile);
    expect(headersOf(answer)).toEqual([POLICY, 'nosniff']);
  }
});

test('parts, answers without a body and HEAD carry the same headers', async () => {
  const path = '/640w/hostile.svg';
  const head = await local.get(path, { method: 'HEAD' });
  expect([head.status, head.headers['content-type']]).toEqual([302, undefined]);
  const ask = async (headers: Record<string, string>, method = 'GET') => {
    local.distribution.invalidate('/*');
    return local.get(path, { headers, method });
  };
  const { headers } = await ask({});
  const part = await ask({ range: 'bytes=0-9' });
  const unchanged = await ask({ 'if-none-match': headers['etag']! });
  const stored = await ask({}, 'HEAD');
  expect([part.status, unchanged.status, stored.status]).toEqual([206, 304, 200]);
  for (const answer of [part, unchanged, stored]) expect(headersOf(answer)).toEqual([POLICY, 'nosniff']);
});

test('one over the limit of a response is redirected to, with the same headers', async () => {
  const large = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><!--${'x'.repeat(1_100_000)}--></svg>`;
  await local.put('large.svg', large);
  const made = await local.get('/large.svg');
  expect(made.status).toBe(302);
  const second = await local.get(made.headers['location']!);
  expect([second.status, second.body.length, ...headersOf(second)]).toEqual([200, large.length, POLICY, 'nosniff']);
  // Longer than the plan keeps the redirect.
  local.clock.advance(1_001);
  expect(headersOf(await local.get('/large.svg'))).toEqual([POLICY, 'nosniff']);
});

test.each([
  ['/320w/hostile.svg?format=png', 'a format that the URL names'],
  ['/grey/hostile.svg', 'a preset that does something to pixels'],
])('%s is drawn: %s', async (path) => {
  const { status, headers, body } = await local.get(path);
  expect([status, headersOf({ status, headers, body })[0]]).toEqual([200, undefined]);
  expect((await sharp(body).metadata()).format).toBe('png');
});

test.each([
  ['compressed', () => gzipSync(hostile)],
  ['HTML', () => '<!DOCTYPE html><html><body><script>alert(1)</script></body></html>'],
  ['other XML', () => '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'],
])('what is no SVG as it stands is not passed on: %s', async (what, make) => {
  await local.put(`${what}.svg`, make());
  const { status, headers } = await local.get(`/${encodeURIComponent(what)}.svg`);
  expect([status, headers['x-resizer-error']]).toEqual([415, 'UNSUPPORTED']);
});
