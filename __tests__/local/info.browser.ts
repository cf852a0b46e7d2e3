import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { launch } from '../chromium';
import { photo, run } from './running';

test('a page shows the placeholder until the picture has come, and nothing shifts', async () => {
  const local = await run();
  const pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  await local.put('wide.jpg', await photo(1600, 900));
  await local.settle();
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/640w/wide.jpg', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  const before = await page.evaluate<{ top: number; tiny: number[]; ratio: number }>(`(async () => {
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
    const facts = await (await fetch('${local.url}/wide.jpg?format=json')).json();
    const tiny = new Image();
    tiny.src = facts.placeholder;
    await tiny.decode();
    const picture = new Image(facts.width, facts.height);
    picture.style = 'width: 400px; height: auto; background: url(' + facts.placeholder + ') 0 0 / cover ' + facts.colour;
    picture.src = '${local.url}/640w/wide.jpg';
    const text = document.createElement('p');
    text.textContent = 'Below the picture.';
    document.body.append(picture, text);
    await new Promise(requestAnimationFrame);
    return { top: text.offsetTop, tiny: [tiny.naturalWidth, tiny.naturalHeight], ratio: facts.width / facts.height };
  })()`);
  expect(before.tiny).toEqual([24, 14]);
  const image = page.locator('img');
  const colours = async () => {
    const { data, info: shot } = await sharp(await image.screenshot())
      .resize(8, 8, { fit: 'fill' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(shot.channels).toBe(3);
    return data;
  };
  const blurred = await colours();
  expect(await page.evaluate('document.images[0].complete')).toBe(false);
  release();
  await page.waitForFunction('document.images[0].complete && document.images[0].naturalWidth === 640');
  const sharpened = await colours();
  const off = blurred.reduce((sum, value, at) => sum + Math.abs(value - sharpened[at]!), 0) / blurred.length;
  expect(off).toBeLessThan(16);
  expect(await page.evaluate('document.querySelector("p").offsetTop')).toBe(before.top);
  expect(await page.evaluate('window.shifts.length')).toBe(0);
  await browser.close();
  pages.close();
  await local.close();
});
