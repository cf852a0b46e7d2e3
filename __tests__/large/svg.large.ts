import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { fontVariables } from '../../edge/render/fonts';
import { launch } from '../chromium';
import { shownBy } from '../edge/render/browser';
import { DRAWINGS, circle } from '../edge/render/fixtures/drawings';
import { difference, pictureOf } from '../edge/render/picture';
import { type Running, run } from '../local/running';

/** Levels of 255 that a drawing differs on average: edges are smoothed in different ways, those of letters above all. */
const TOLERANCE = 1;
const TEXT_TOLERANCE = 5;

let local: Running;
let browser: Browser;
beforeAll(async () => {
  local = await run();
  const out = process.env['CDK_OUT']!;
  const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
  const asset = assets.find((name) => readdirSync(join(out, name)).includes('fonts'))!;
  // Both draw letters with the fonts of the function.
  browser = await launch(fontVariables(join(out, asset)));
});
afterAll(async () => {
  await browser?.close();
  await local.close();
});

const text = (attributes: string, lines: string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="${lines.length * 30}"><rect width="100%" height="100%" fill="#fff"/><g font-size="20" ${attributes}>${lines.map((line, at) => `<text x="8" y="${at * 30 + 22}">${line}</text>`).join('')}</g></svg>`;

const LINES = [
  'Hamburgefonstiv 0123',
  'Ξεσκεπάζω την ψυχή',
  'Съешь ещё этих булок',
  'a <tspan font-weight="bold">bold</tspan> and <tspan font-style="italic">slanted</tspan> word',
];

const SVGS: Record<string, string> = {
  ...DRAWINGS,
  'sans.svg': text('font-family="Arial, sans-serif"', LINES),
  'serif.svg': text('font-family="Times New Roman, serif"', LINES),
  'mono.svg': text('font-family="Courier New, monospace"', LINES),
  'bold.svg': text('font-family="Helvetica" font-weight="700"', LINES),
  'anchored.svg': text('text-anchor="middle" transform="translate(140)" font-family="sans-serif"', LINES),
  'small.svg': circle(2.4, 1),
  'wordmark.svg': circle(120.4, 19.5),
  'ex.svg': circle(1543, 1059.5, 'width="3.491ex" height="2.397ex"'),
  'fitted.svg': circle(24, 24, 'width="30.2" height="11.7"'),
  'cut.svg': circle(24, 24, 'width="30" height="12" preserveAspectRatio="xMinYMid slice"'),
  'squeezed.svg': circle(24, 24, 'width="30" height="12" preserveAspectRatio="none"'),
};

test.each(Object.keys(SVGS))('%s looks as in a browser, whatever its size', async (name) => {
  const svg = SVGS[name]!;
  await local.put(name, svg);
  const paths = [640, 1280].map((width) => `/${width}w/${name}?format=png`);
  const answers = await Promise.all(paths.map((path) => local.get(path)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  for (const { body } of answers) {
    const ours = await pictureOf(sharp(body).flatten({ background: 'white' }));
    expect(difference(ours, await shownBy(browser, svg, ours.width, ours.height))).toBeLessThan(
      svg.includes('<text') ? TEXT_TOLERANCE : TOLERANCE,
    );
  }
});
