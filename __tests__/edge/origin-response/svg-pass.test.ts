import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import type { ResizerConfig } from '../../../edge/config/schema';
import { launch, withBrowser } from '../../chromium';
import { AVIF, type Answer, type Running, WEBP, run } from '../../local/running';
import { synthesiseIn } from '../../stack/synthesised';
import { hostileSvg } from '../render/fixtures/hostile-svg';
import { colourAt, pictureOf } from '../render/picture';

/** The lowest plan: what browsers have to be told is up to the functions alone. */
const config: ResizerConfig = {
  svg: 'pass',
  sizes: ['100x100', '320w', '640w', 'full'],
  presets: { grey: { width: 50, greyscale: true } },
  stack: { plan: 'free' },
};

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** A drawing with whatever could run or be fetched, and the server that it would be fetched from. */
let hostile: string;
let fetched: string[] = [];
let elsewhere: Server;
let folder: string;
let local: Running;
beforeAll(async () => {
  elsewhere = createServer(({ url = '' }, response) => {
    fetched.push(url);
    response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'image/svg+xml');
    response.end(url === '/hostile.svg' ? hostile : '');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  hostile = hostileSvg(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`);
  folder = mkdtempSync(join(tmpdir(), 'svg-pass-'));
  local = await run({ cdkOut: synthesiseIn(folder, config) });
  await local.put('hostile.svg', hostile);
});
beforeEach(() => {
  fetched = [];
});
afterAll(async () => {
  await local?.close();
  elsewhere.close();
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

describe('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** What is fetched while a document or a page with it is shown, and what is seen of it. */
  async function show(open: { goto: string } | { html: string }) {
    fetched = [];
    const page = await browser.newPage({ viewport: { width: 200, height: 100 } });
    try {
      if ('goto' in open) await page.goto(open.goto, { waitUntil: 'networkidle' });
      else await page.setContent(open.html, { waitUntil: 'networkidle' });
      // Not by the page itself, which may have no scripts.
      const devtools = await page.context().newCDPSession(page);
      const { data } = await devtools.send('Page.captureScreenshot');
      const picture = await pictureOf(Buffer.from(data, 'base64'));
      return { fetched: fetched.filter((path) => path !== '/hostile.svg' && path !== '/favicon.ico'), picture };
    } finally {
      await page.close();
    }
  }

  const GREEN = [0, 160, 0, 255];

  withBrowser('without the headers it would run and fetch', async () => {
    const shown = await show({ goto: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/hostile.svg` });
    expect(shown.fetched).toEqual(
      expect.arrayContaining([
        '/script',
        '/fetch',
        '/onload',
        '/image',
        '/import',
        '/html-image',
        '/onerror',
        '/frame',
      ]),
    );
  });

  withBrowser('opened by itself, it has its styles, runs nothing and fetches nothing', async () => {
    const shown = await show({ goto: new URL('/320w/hostile.svg', local.url).href });
    expect(shown.fetched).toEqual([]);
    expect(colourAt(shown.picture, 10, 10)).toEqual(GREEN);
  });

  withBrowser('a picture inside of it as `data:` shows in a page, and not where it is opened by itself', async () => {
    const red = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const uri = `data:image/png;base64,${red.toString('base64')}`;
    const inside = `<image width="50" height="50" preserveAspectRatio="none" href="${uri}"/>`;
    await local.put('inside.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">${inside}</svg>`);
    const source = new URL('/320w/inside.svg', local.url).href;
    const page = await show({ html: `<body style="margin:0"><img style="display:block" src="${source}">` });
    expect(colourAt(page.picture, 25, 25)).toEqual([255, 0, 0, 255]);
    expect(colourAt((await show({ goto: source })).picture, 25, 25)).toEqual([255, 255, 255, 255]);
  });

  withBrowser('one that sends the viewer elsewhere sends nobody', async () => {
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/refresh`;
    const meta = `<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=${address}"/>`;
    await local.put('refresh.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">${meta}</svg>`);
    expect((await show({ goto: new URL('/320w/refresh.svg', local.url).href })).fetched).toEqual([]);
  });

  withBrowser('as a picture, in a frame and as an object, likewise', async () => {
    const source = new URL('/320w/hostile.svg', local.url).href;
    for (const html of [
      `<body style="margin:0"><img style="display:block" src="${source}">`,
      `<body style="margin:0"><iframe style="border:0;display:block" src="${source}"></iframe>`,
      `<body style="margin:0"><object style="display:block" data="${source}"></object>`,
    ]) {
      const shown = await show({ html });
      expect(shown.fetched).toEqual([]);
      expect(colourAt(shown.picture, 10, 10)).toEqual(GREEN);
    }
  });
});
