import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { launch } from '../chromium';
import { photo, run } from './running';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function siteWith(html: string): Promise<Server> {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return site;
}

test.each([
  [true, 'shows what has been saved over since'],
  [false, 'shows what the browser has kept for as long as AWS would let it'],
])('with isRevalidated %s, a reopened page %s', async (isRevalidated) => {
  const local = await run({ isRevalidated });
  const site = await siteWith(`<img src="${local.url}/320w/a.jpg">`);
  const page = await browser.newPage();
  const shownHeight = async () => {
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.waitForFunction('document.images[0].complete');
    return page.evaluate<number>('document.images[0].naturalHeight');
  };
  await local.put('a.jpg', await photo(640, 480));
  await local.settle();
  expect(await shownHeight()).toBe(240);
  await local.put('a.jpg', await photo(640, 640));
  await local.settle();
  expect((await local.get('/320w/a.jpg')).status).toBe(200);
  expect(await shownHeight()).toBe(isRevalidated ? 320 : 240);
  await page.close();
  site.close();
  await local.close();
});
