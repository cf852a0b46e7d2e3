import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launch } from '../chromium';
import { photo } from '../local/running';
import { type Shown, answered, choice, during, open, show } from './playground';

let shown: Shown;
let browser: Browser;
beforeAll(async () => {
  shown = await show();
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await shown.close();
});

test('the server is closed to a page of another site in a browser', async () => {
  const other = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>evil</p>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
  const outcomes = await page.evaluate(`Promise.all([
    fetch('${shown.url}/api/site'),
    fetch('${shown.url}/api/original?key=evil.jpg', { method: 'PUT', body: 'x' }),
    fetch('${shown.url}/api/original?key=harbour.jpg', { method: 'DELETE' }),
    fetch('${shown.url}/api/originals', { mode: 'no-cors' }),
  ].map((asked) => asked.catch(({ name }) => name)))`);
  expect(outcomes).toEqual(Array(4).fill('TypeError'));
  expect(await shown.keys()).toContain('harbour.jpg');
  expect(await shown.keys()).not.toContain('evil.jpg');
  await page.close();
  other.close();
});

describe('the playground of a deployed distribution', () => {
  test('shows the keys of a list, changes nothing, and asks before it asks for all sizes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'playground-'));
    const list = join(folder, 'keys.txt');
    writeFileSync(list, 'harbour.jpg\r\n\nfolder/small.png\n');
    await during([shown.local.url, '--keys', list], {}, async (url) => {
      const { page } = await open(browser, url);
      await page.locator('.gallery li').nth(1).waitFor();
      expect(await page.locator('header').textContent()).toContain('read-only');
      expect(await page.getByLabel('Upload…').count()).toBe(0);
      await page.locator('.gallery a', { hasText: 'harbour.jpg' }).click();
      await answered(page, '/harbour.jpg/640x.auto.avif');
      expect(await page.getByRole('button', { name: 'Delete…' }).count()).toBe(0);
      expect(await choice(page, 'Compare with', 'original').getAttribute('aria-disabled')).toBe('true');
      await page.getByRole('link', { name: 'All sizes' }).click();
      await page.getByRole('button', { name: /^Ask for all \d+$/ }).waitFor();
      await page.getByRole('link', { name: 'Focal point' }).click();
      await page.getByText('Give the bucket with --bucket').waitFor();
      const denied = await page.evaluate(
        `fetch('/api/original?key=harbour.jpg', { method: 'DELETE' }).then(({ status }) => status)`,
      );
      expect(denied).toBe(403);
      await page.context().close();
    });
    rmSync(folder, { recursive: true });
  });

  test('lists a bucket, and can change it', async () => {
    const { environment, buckets } = shown.local;
    await during([shown.local.url, '--bucket', `s3://${buckets.originals}/`], environment, async (url) => {
      const { page } = await open(browser, url);
      await page.locator('.gallery li').first().waitFor();
      expect(await page.locator('.gallery .name').allTextContents()).toContain('harbour.jpg');
      await page
        .getByLabel('Upload…')
        .setInputFiles({ name: 'new.jpg', mimeType: 'image/jpeg', buffer: await photo(64, 48) });
      await page.locator('.gallery .name', { hasText: 'new.jpg' }).waitFor();
      expect(await shown.keys()).toContain('new.jpg');
      await page.context().close();
    });
  });
});
