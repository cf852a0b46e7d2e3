import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { launch } from '../../chromium';
import { shownBy } from './browser';
import { DRAWINGS, circle } from './fixtures/drawings';
import { difference, pictureOf, rendered } from './picture';

/** Levels of 255 that a drawing differs on average: edges are smoothed in different ways. */
const TOLERANCE = 0.5;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** @returns the mean difference from what a browser shows at the same pixels */
async function differenceFromBrowser(svg: string, width: number): Promise<number> {
  const { body, height } = await rendered(Buffer.from(svg), { width });
  const ours = await pictureOf(sharp(body).flatten({ background: 'white' }));
  return difference(ours, await shownBy(browser, svg, width, height));
}

test.each([
  ['Illustrator', DRAWINGS.illustrator],
  ['Inkscape', DRAWINGS.inkscape],
  ['Figma', DRAWINGS.figma],
  ['Excalidraw', DRAWINGS.excalidraw],
  ['Mermaid', DRAWINGS.mermaid],
])('a drawing of %s looks as in a browser', async (_program, svg) => {
  expect(await differenceFromBrowser(svg, 480)).toBeLessThan(TOLERANCE);
});

test.each([
  ['a ratio of small numbers', circle(7.4, 1.4)],
  ['a size that the viewBox does not fill', circle(24, 24, 'width="30.2mm" height="11.7mm"')],
  [
    'what a style sheet says of the root',
    circle(50, 20, 'class="a"').replace('<rect', '<style>.a{width:9px}</style><rect'),
  ],
])('%s looks as in a browser', async (_what, svg) => {
  expect(await differenceFromBrowser(svg, 480)).toBeLessThan(TOLERANCE);
});

test('an SVG without any size has that of a browser, and is cut there', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="50%" height="200" fill="#27c"/></svg>';
  expect(await differenceFromBrowser(svg, 300)).toBeLessThan(TOLERANCE);
});

test('lengths are those of a browser', async () => {
  const lengths = ['100', '80px', '30mm', '2.5cm', '1in', '90pt', '4pc', '120q', '5em', '6rem', '1e2', '+50.4'];
  const page = await browser.newPage();
  for (const length of lengths) {
    const svg = circle(10, 10, `width="${length}" height="${length}"`);
    await page.setContent(`<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`);
    await page.waitForFunction('document.images[0].complete');
    const { width } = await rendered(Buffer.from(svg));
    // A browser rounds down where a picture is rounded.
    const natural = (await page.evaluate('document.images[0].naturalWidth')) as number;
    expect(Math.abs(width - natural)).toBeLessThanOrEqual(1);
  }
  await page.close();
});
