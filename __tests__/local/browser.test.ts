import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { hasBrowser, launch, withBrowser } from '../chromium';
import { type Running, photo, run } from './running';

let local: Running;
let pages: Server;
let browser: Browser;
beforeAll(async () => {
  local = await run();
  await local.put('harbour.jpg', await photo(1600, 1200));
  const sources = [320, 640, 960].map((width) => `${local.url}/${width}w/harbour.jpg ${width}w`).join(', ');
  pages = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<img srcset="${sources}" sizes="300px" alt="">`);
  }).listen(0, '127.0.0.1');
  if (hasBrowser) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  pages.close();
  await local.close();
});

withBrowser.each([
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
