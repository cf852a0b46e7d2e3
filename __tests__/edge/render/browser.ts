import type { Browser } from 'playwright-core';
import type { Picture } from './picture';
import { pictureOf } from './picture';

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
