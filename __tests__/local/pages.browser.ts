import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { launch } from '../chromium';
import { type Running, photo, run } from './running';

let local: Running;
let pages: Server;
let browser: Browser;
beforeAll(async () => {
  local = await run();
  await local.put('harbour.jpg', await photo(1600, 1200));
  await local.put('notes.jpg', 'no image');
  await local.settle();
  const sources = [320, 640, 960].map((width) => `${local.url}/${width}w/harbour.jpg ${width}w`).join(', ');
  const srcset = `<img srcset="${sources}" sizes="300px" alt="">`;
  pages = createServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url!, 'http://localhost');
    const src = `src="${local.url}${searchParams.get('image') ?? ''}"`;
    const html: Record<string, string> = {
      '/': srcset,
      '/plain': `<img ${src}>`,
      '/cors': `<img crossorigin ${src}>`,
      '/both': `<img ${src}><img crossorigin ${src}>`,
    };
    response.setHeader('content-type', 'text/html');
    response.end(html[pathname]);
  }).listen(0, '127.0.0.1');
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  pages.close();
  await local.close();
});

test.each([
  [1, 320],
  [2, 640],
  [3, 960],
])('a page with srcset shows the right candidate at a pixel ratio of %i, in AVIF', async (ratio, width) => {
  const page = await browser.newPage({ deviceScaleFactor: ratio });
  const answered = page.waitForResponse((response) => response.url().includes('harbour.jpg'));
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  const response = await answered;
  expect(response.url()).toContain(`/${width}w/`);
  expect(await response.headerValue('content-type')).toBe('image/avif');
  await page.waitForFunction('document.images[0].complete');
  expect(await page.evaluate('document.images[0].currentSrc')).toContain(`/${width}w/`);
  expect(await page.evaluate('document.images[0].naturalWidth > 0')).toBe(true);
  await page.close();
});

/** Opens pages of another site one after the other. @returns how the last one loaded its images */
async function show(image: string, paths: string[]): Promise<{ widths: number[]; pixels: string; status: string }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const site = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  for (const path of paths) {
    await page.goto(`${site}${path}?image=${encodeURIComponent(image)}`);
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
  }
  const widths = await page.evaluate<number[]>('[...document.images].map((image) => image.naturalWidth)');
  // A canvas with pixels of another site cannot be read, unless that site allows it.
  const pixels = await page.evaluate<string>(`(() => {
    const context = document.createElement('canvas').getContext('2d');
    try {
      context.drawImage([...document.images].at(-1), 0, 0);
      return String(context.getImageData(0, 0, 1, 1).data.length);
    } catch ({ name }) { return name; }
  })()`);
  const status = await page.evaluate<string>(
    `fetch('${local.url}${image}').then(({ status, headers }) => status + ' ' + headers.get('x-resizer-error'), String)`,
  );
  await context.close();
  return { widths, pixels, status };
}

test.each([
  ['one page with both', ['/both']],
  ['a plain one, then one for a canvas', ['/plain', '/cors']],
  ['one for a canvas, then both', ['/cors', '/both']],
])('an image is shown plainly and read by scripts of another site: %s', async (_, paths) => {
  // From the origin, then from the caches of browser and CDN.
  for (const image of [`/480h/harbour.jpg?run=${paths.length}`, '/640w/harbour.jpg']) {
    const { widths, pixels, status } = await show(image, paths);
    expect(widths.every((width) => width === 640)).toBe(true);
    expect([pixels, status]).toEqual(['4', '200 null']);
  }
});

test.each([
  ['no image', '/320w/notes.jpg', '415 UNSUPPORTED'],
  ['missing', '/320w/none.jpg', '404 NOT_FOUND'],
  ['of a size that is not listed', '/321w/harbour.jpg', '403 SIZE_NOT_ALLOWED'],
  ['malformed', '/0w/harbour.jpg', '400 BAD_SIZE'],
])(
  'scripts of another site can read why an original is %s, after a page has tried to show it',
  async (_, image, why) => {
    expect((await show(image, ['/plain', '/both'])).status).toBe(why);
    local.distribution.invalidate('/*');
    expect((await show(image, ['/plain', '/both'])).status).toBe(why);
  },
);
