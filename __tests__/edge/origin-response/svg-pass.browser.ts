import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { launch } from '../../chromium';
import { type Running, run } from '../../local/running';
import { synthesiseIn } from '../../stack/synthesised';
import { hostileSvg } from '../render/fixtures/hostile-svg';
import { colourAt, pictureOf } from '../render/picture';

/** A drawing with whatever could run or be fetched, and the server that it would be fetched from. */
let hostile: string;
let fetched: string[] = [];
let elsewhere: Server;
let folder: string;
let local: Running;
let browser: Browser;
beforeAll(async () => {
  elsewhere = createServer(({ url = '' }, response) => {
    fetched.push(url);
    response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'image/svg+xml');
    response.end(url === '/hostile.svg' ? hostile : '');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  hostile = hostileSvg(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`);
  folder = mkdtempSync(join(tmpdir(), 'svg-pass-'));
  // The lowest plan: what browsers have to be told is up to the functions alone.
  local = await run({ cdkOut: synthesiseIn(folder, { svg: 'pass', stack: { plan: 'free' } }) });
  await local.put('hostile.svg', hostile);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await local?.close();
  elsewhere.close();
  rmSync(folder, { recursive: true, force: true });
});

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

test('without the headers it would run and fetch', async () => {
  const shown = await show({ goto: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/hostile.svg` });
  expect(shown.fetched).toEqual(
    expect.arrayContaining(['/script', '/fetch', '/onload', '/image', '/import', '/html-image', '/onerror', '/frame']),
  );
});

test('opened by itself, it has its styles, runs nothing and fetches nothing', async () => {
  const shown = await show({ goto: new URL('/320w/hostile.svg', local.url).href });
  expect(shown.fetched).toEqual([]);
  expect(colourAt(shown.picture, 10, 10)).toEqual(GREEN);
});

test('a picture inside of it as `data:` shows in a page, and not where it is opened by itself', async () => {
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

test('one that sends the viewer elsewhere sends nobody', async () => {
  const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/refresh`;
  const meta = `<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=${address}"/>`;
  await local.put('refresh.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">${meta}</svg>`);
  expect((await show({ goto: new URL('/320w/refresh.svg', local.url).href })).fetched).toEqual([]);
});

test('as a picture, in a frame and as an object, likewise', async () => {
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
