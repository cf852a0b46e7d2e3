import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import type { Picture } from './picture';
import { pictureOf } from './picture';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!CHROMIUM && process.env['CI']) throw new Error('Chromium is not installed: apt-get install chromium');

/** `test`, where there is a browser. */
export const testInBrowser = CHROMIUM ? test : test.skip;

/** @param environment of the browser's process, besides this one's */
export const startBrowser = (environment: Record<string, string> = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM!,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    env: { ...(process.env as Record<string, string>), ...environment },
  });

/** What a browser shows for an SVG as an image of so many pixels, on white. */
export async function shownBy(browser: Browser, svg: string, width: number, height: number): Promise<Picture> {
  const page = await browser.newPage({ viewport: { width, height } });
  try {
    const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    await page.setContent(
      `<body style="margin:0;background:#fff"><img style="display:block" width="${width}" height="${height}" src="${source}">`,
    );
    await page.waitForFunction('document.images[0].complete');
    return await pictureOf(await page.screenshot());
  } finally {
    await page.close();
  }
}
