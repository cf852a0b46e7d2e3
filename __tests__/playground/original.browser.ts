import { buildSync } from 'esbuild';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Info } from '../../edge/render/info';
import { readFocus } from '../../scripts/focus/set-focus';
import { launch } from '../chromium';
import { photo } from '../local/running';
import { PROJECT } from '../scripts/started';
import { type Shown, WIDTHS, answered, choice, open, overflow, show, until, violations } from './playground';

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

/** Flat colours and hard edges; clear in its right half, if it has an alpha below 1. */
const drawing = (alpha = 1): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="320" height="480" fill="#123"/><rect x="320" width="320" height="480" fill="#fa3" fill-opacity="${alpha}"/><circle cx="320" cy="240" r="180" fill="#0b7"/></svg>`,
    ),
  )
    .png({ palette: true })
    .toBuffer();

/** Each loader that can be copied by its title, and how its framework asks it for a URL. */
const LOADERS: Readonly<Record<string, (module: any) => string>> = {
  'Next.js: images.loaderFile': ({ default: loader }) => loader({ src: '/folder/small.png', width: 320 }),
  'Nuxt Image: a provider': ({ default: provider }) =>
    provider().getImage('/folder/small.png', { modifiers: { width: 320 } }).url,
  'Astro: image.service.entrypoint': ({ default: service }) => service.getURL({ src: '/folder/small.png', width: 320 }),
  'unpic: a transformer': ({ transformer }) => transformer('/folder/small.png', { width: 320 }),
};

/** The module that a site has by pasting a snippet beside its config. */
function loadSnippet(text: string): unknown {
  const { outputFiles } = buildSync({
    stdin: { contents: text, resolveDir: PROJECT, loader: 'ts' },
    alias: { 'cloudfront-image-resizer/client': join(PROJECT, 'client') },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  });
  const module = { exports: {} };
  // oxlint-disable-next-line no-implied-eval -- a test of what people paste
  new Function('module', 'exports', outputFiles[0]!.text)(module, module.exports);
  return module.exports;
}

const path = (page: Page): Promise<string> => page.getByLabel('Path').inputValue();

const fact = (page: Page, name: string): Promise<string | null> =>
  page
    .locator('.facts dl div', { has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .textContent();

test.each(Object.entries(WIDTHS))('every option changes the picture, at the width of a %s', async (name, width) => {
  const { page, errors } = await open(browser, `${shown.url}/#key=harbour.jpg`, { width });
  if (name === 'phone') await page.getByText('Options', { exact: true }).click();
  await answered(page, '/harbour.jpg/640x.auto.avif');
  for (const [group, value, expected] of [
    ['Size', '300x300', `/harbour.jpg/300x300-cover-${shown.gravity}.auto.avif`],
    ['Fit', 'inside', '/harbour.jpg/300x300-inside.auto.avif'],
    ['Fit', 'cover', `/harbour.jpg/300x300-cover-${shown.gravity}.auto.avif`],
    ['Gravity', 'attention', '/harbour.jpg/300x300-cover-attention.auto.avif'],
    ['Pixel ratio', '2x', '/harbour.jpg/600x600-cover-attention.auto.avif'],
    ['Browsers that accept', 'WebP, no AVIF', '/harbour.jpg/600x600-cover-attention.auto.webp'],
    ['Browsers that accept', 'neither', '/harbour.jpg/600x600-cover-attention.auto'],
    ['Format', 'png', '/harbour.jpg/600x600-cover-attention.png'],
    ['Preset', 'profile', '/harbour.jpg/800x800-cover-attention.png'],
  ] as const) {
    await choice(page, group, value).click();
    await answered(page, expected);
    expect(await choice(page, group, value).getAttribute('aria-pressed')).toBe('true');
  }
  expect(await fact(page, 'Format')).toBe('PNG: the URL names it.');
  await page.getByRole('button', { name: 'Reset' }).click();
  await answered(page, '/harbour.jpg/640x.auto');
  expect(await fact(page, 'Status')).toBe('200');
  expect(await fact(page, 'Dimensions')).toBe('640 × 480');
  expect(await fact(page, 'Format')).toBe(
    'JPEG: browsers of this class accept no newer format than JPEG, PNG and GIF; a photograph.',
  );
  expect(await fact(page, 'Bytes')).toMatch(/^[\d.]+ kB \([\d,]+\), [\d.]+ % of the original$/);
  expect(await fact(page, 'Time')).toMatch(/^\d+ ms/);
  expect(await fact(page, 'Cache')).toMatch(/^(Miss|Hit) from cloudfront$/);
  expect(await overflow(page)).toBe(0);

  // True pixels: one of the picture is one of the screen.
  const box = await page.locator('.layers').boundingBox();
  expect([box?.width, box?.height]).toEqual([640, 480]);
  await page.getByRole('button', { name: 'Fit to the page' }).click();
  const frame = await page.locator('.frame').boundingBox();
  expect((await page.locator('.layers').boundingBox())!.width).toBeLessThanOrEqual(frame!.width);
  for (const view of ['Copy', 'Facts', 'Focal point', 'All sizes']) {
    await page.getByRole('link', { name: view }).click();
    await page.locator('.copy, .swatch, .spot, .sheet').first().waitFor();
    expect([view, await overflow(page)]).toEqual([view, 0]);
  }
  expect(errors).toEqual([]);
  await page.context().close();
});

test('the reason of a format is that of the picture, whichever form its URL has', async () => {
  await shown.local.put('drawing.png', await drawing());
  await shown.local.put('clear.png', await drawing(0.5));
  const coarse = sharp(await photo(640, 480)).jpeg({ quality: 20 });
  await shown.local.put('coarse.jpg', await coarse.toBuffer());
  await shown.local.settle();
  const { page } = await open(browser, shown.url);
  for (const [hash, asked, expected] of [
    [
      'drawing.png&size=320w',
      '/drawing.png/320x.auto.avif',
      /^AVIF: browsers .* AVIF and WebP; a graphic, foretold to be smaller as AVIF with loss than as WEBP without loss\.$/,
    ],
    [
      'drawing.png&size=320w&viewer=auto',
      '/drawing.png/320x.auto',
      /^JPEG: .* no newer .*; a graphic, foretold to be smaller as JPEG with loss than as PNG without loss\.$/,
    ],
    ['drawing.png&path=/320w/drawing.png', '/320w/drawing.png', /^AVIF: .* a graphic, foretold to be smaller as/],
    [
      'clear.png&size=320w&viewer=auto',
      '/clear.png/320x.auto',
      /^PNG: .* a transparent graphic, which JPEG cannot hold/,
    ],
    ['coarse.jpg&size=640w&viewer=auto', '/coarse.jpg/640x.auto', /^JPEG: .*; the original, as it is smaller\.$/],
    [
      'folder/small.png&size=100x100',
      `/folder/small.png/100x100-cover-${shown.gravity}.auto.avif`,
      /; a photograph\.$/,
    ],
  ] as const) {
    await page.goto(`${shown.url}/#key=${hash}`);
    await answered(page, asked);
    expect([hash, await fact(page, 'Format')]).toEqual([hash, expect.stringMatching(expected)]);
  }
  for (const key of ['drawing.png', 'clear.png', 'coarse.jpg']) await shown.remove(key);
  await page.context().close();
});

test.each(['light', 'dark'] as const)('the facts are those of the original, %s', async (colorScheme) => {
  const { page, errors } = await open(browser, `${shown.url}/#key=harbour.jpg&view=info`, { colorScheme });
  await page.locator('.placeholder').waitFor();
  const info = JSON.parse((await shown.local.get('/harbour.jpg/info.json')).body.toString()) as Info;
  expect(await fact(page, 'Dimensions')).toBe('640 × 480');
  expect(await fact(page, 'Type')).toBe('JPEG');
  expect(await fact(page, 'Bytes')).toContain(`(${info.bytes.toLocaleString('en')})`);
  expect(await fact(page, 'Transparent')).toBe('no');
  expect(await fact(page, 'Focal point')).toBe('none: crops keep the middle');
  expect(await fact(page, 'Colour')).toContain(info.colour);
  expect(await fact(page, 'ThumbHash')).toBe(info.thumbHash);
  await until(page, `document.querySelector('.placeholder').naturalWidth === 24`);
  const shownColour = await page.evaluate(`getComputedStyle(document.querySelector('.swatch')).backgroundColor`);
  expect(shownColour).toBe(`rgb(${[1, 3, 5].map((at) => parseInt(info.colour!.slice(at, at + 2), 16)).join(', ')})`);
  expect(await violations(page)).toEqual([]);
  await page.goto(`${shown.url}/#key=notes.jpg&view=info`);
  await page.locator('.refused', { hasText: '415 UNSUPPORTED' }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('what is refused or ignored says why, and does nothing', async () => {
  const { page } = await open(browser, `${shown.url}/#key=harbour.jpg`);
  await answered(page, '/harbour.jpg/640x.auto.avif');
  for (const [group, value, reason] of [
    ['Fit', 'cover', 'Only a box such as 300x300 has a fit.'],
    ['Gravity', 'centre', 'Only a box such as 300x300 has a gravity.'],
    ['Pixel ratio', '4x', 'dpr is a whole number from 1 to 3.'],
    ['Quality', '76', 'The config lists no qualities, so q is ignored.'],
  ] as const) {
    const button = choice(page, group, value);
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    // Playwright waits for a button that can be pressed.
    await button.click({ force: true });
    expect(await page.locator('.options .reason').textContent()).toBe(reason);
    expect(await path(page)).toBe('/harbour.jpg/640x.auto.avif');
  }
  await choice(page, 'Size', '300x300').click();
  await answered(page, `/harbour.jpg/300x300-cover-${shown.gravity}.auto.avif`);
  await choice(page, 'Gravity', 'north').click({ force: true });
  expect(await page.locator('.options .reason').textContent()).toMatch(/^No such gravity here\. Allowed: /);
  await page.context().close();
});

test('a view is shared by its URL', async () => {
  const hash = '#key=harbour.jpg&size=300x300&gravity=attention&dpr=2&viewer=auto.webp&beside=png';
  const { page } = await open(browser, `${shown.url}/${hash}`);
  await answered(page, '/harbour.jpg/600x600-cover-attention.auto.webp');
  await page.locator('.over img').waitFor();
  expect(await page.locator('.sides').textContent()).toBe('◀ PNGWEBP ▶');
  await choice(page, 'Compare with', 'original').click();
  await page.locator('.sides', { hasText: 'the original' }).waitFor();
  // Half of it is that at the left.
  await page.locator('.split').fill('25');
  expect(await page.evaluate(`getComputedStyle(document.querySelector('.over')).clipPath`)).toBe(
    'inset(0px 75% 0px 0px)',
  );
  await page.context().close();
});

test('an error is what the viewer gets, in its own words', async () => {
  const { page } = await open(browser, `${shown.url}/#key=harbour.jpg`);
  await answered(page, '/harbour.jpg/640x.auto.avif');
  for (const [asked, status, text] of [
    ['/301x300/harbour.jpg', '403 SIZE_NOT_ALLOWED', 'No such size here. Allowed: 300x300,'],
    ['/0w/harbour.jpg', '400 BAD_SIZE', 'A width or height is a whole number from 1 to 16384'],
    ['/640w/none.jpg', '404 NOT_FOUND', 'none.jpg'],
    ['/640w/notes.jpg', '415 UNSUPPORTED', ''],
  ] as const) {
    await page.getByLabel('Path').fill(asked);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.locator('.refused', { hasText: status }).waitFor();
    expect(await page.locator('.refused pre').textContent()).toContain(text);
  }
  await choice(page, 'Size', '320w').click();
  await answered(page, '/harbour.jpg/320x.auto.avif');
  expect(await page.locator('.refused').count()).toBe(0);

  await page.goto(`${shown.url}/#key=harbour.jpg&size=301x300`);
  await page.locator('.refused', { hasText: '403 SIZE_NOT_ALLOWED' }).waitFor();
  await page.context().close();
});

test('all sizes at once have their bytes, and the sum of each class', async () => {
  const { page, errors } = await open(browser, `${shown.url}/#key=folder/small.png&view=sizes`);
  const rows = page.locator('.sheet tbody tr');
  await page.locator('.sheet caption', { hasText: /^(\d+) of \1 answers$/ }).waitFor();
  // Every size and preset; 200x200 and 1600x400 are those of presets, and not asked for twice.
  const sizesShown = await rows.locator('th').allTextContents();
  expect(sizesShown).toEqual(expect.arrayContaining(['thumb', 'profile', 'cover', '100x100', '640w', '480h', 'full']));
  expect(sizesShown).not.toContain('1600x400');
  const bytes = async (target: string) => {
    const answers = await Promise.all(
      sizesShown.map((size) => shown.local.get(`/folder/small.png?size=${size}`, { accept: target })),
    );
    return answers.reduce((sum, { body }) => sum + body.length, 0);
  };
  const sums = await page.locator('.sheet tfoot td').allTextContents();
  for (const [index, accept] of ['image/avif,image/webp', 'image/webp', '*/*'].entries()) {
    const sum = await bytes(accept);
    const shownSum = Number(/^([\d.]+) kB$/.exec(sums[index]!)?.[1]) * 1_000;
    expect(Math.abs(shownSum - sum) / sum).toBeLessThan(0.05);
  }
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: '100x100' }).click();
  await answered(page, `/folder/small.png/100x100-cover-${shown.gravity}.auto.avif`);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('what can be copied leads to the picture', async () => {
  const { page } = await open(browser, `${shown.url}/#key=folder/small.png&size=300x300&gravity=attention&view=copy`);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const block = (name: string) => page.getByRole('region', { name, exact: true });
  const etags = await Promise.all(
    ['Size first', 'Size as the last folder', 'Query', 'Canonical path'].map(async (form) => {
      const url = await block(form).locator('pre').textContent();
      return (await fetch(url!, { headers: { accept: 'image/avif,image/webp' } })).headers.get('etag');
    }),
  );
  expect(new Set(etags).size).toBe(1);
  expect(etags[0]).not.toBeNull();
  for (const name of ['<img> with srcset', '<picture>', 'CSS']) {
    const text = (await block(name).locator('pre').textContent())!;
    const urls = text.match(/http:[^\s",]+/g)!;
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  }
  await page.getByRole('button', { name: 'Copy Query' }).click();
  await page.getByRole('button', { name: 'Copied Query' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
    `${shown.local.url}/folder/small.png?size=300x300&g=attention`,
  );
  const { etag } = (await shown.local.get('/320w/folder/small.png', { accept: '*/*' })).headers;
  for (const [name, urlBy] of Object.entries(LOADERS)) {
    const url = urlBy(loadSnippet((await block(name).locator('pre').textContent())!));
    expect([name, (await fetch(url)).headers.get('etag')]).toEqual([name, etag]);
  }
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});

test('the focal point is set by a click, by the keyboard, and removed', async () => {
  const { page, errors } = await open(browser, `${shown.url}/#key=harbour.jpg&view=focus`);
  const { client, buckets } = shown.local;
  const stored = async () => (await readFocus(client, buckets.originals, 'harbour.jpg')).point;
  await until(page, `document.querySelector('.spot img')?.naturalWidth > 0`);
  const box = (await page.locator('.spot').boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.75);
  await page.getByText('The focal point is at 25 %, 75 %.').waitFor();
  const point = (await stored())!;
  expect(point.x).toBeCloseTo(0.25, 2);
  expect(point.y).toBeCloseTo(0.75, 2);
  await page.locator('.marker').waitFor();
  expect(await violations(page)).toEqual([]);

  await page.getByLabel('From the left').focus();
  await page.keyboard.press('Home');
  await page.getByLabel('From the top').focus();
  await page.keyboard.press('End');
  await page.getByRole('button', { name: 'Save the focal point' }).press('Enter');
  await page.getByText('The focal point is at 0 %, 100 %.').waitFor();
  expect(await stored()).toEqual({ x: 0, y: 1 });

  await page.getByRole('button', { name: 'Remove it' }).click();
  await page.getByText('There is none.').waitFor();
  expect(await stored()).toBeUndefined();
  expect(errors).toEqual([]);
  await page.context().close();
});

/** Each view of an original, and what is there once it is shown. */
const VIEWS = {
  picture: ['size=300x300&beside=original', '.over img'],
  refusal: ['path=/301x300/harbour.jpg', '.refused'],
  sizes: ['view=sizes', '.sheet tbody img'],
  facts: ['view=info', '.placeholder'],
  focus: ['view=focus', '.spot img'],
  copy: ['view=copy', '.copy pre'],
} as const;

/** Counts what can be operated, and notes of each whether it has had the focus, and a ring then. */
const WATCH_CONTROLS = `(() => {
  const controls = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
    .filter((control) => control.checkVisibility());
  window.unreached = new Set(controls);
  const hasRing = (element) => getComputedStyle(element).outlineStyle !== 'none';
  addEventListener('focusin', ({ target }) => {
    if (hasRing(target) || hasRing(target.parentElement)) unreached.delete(target);
  });
  document.activeElement?.blur();
  return controls.length;
})()`;

test.each([
  ['light', 'desk'],
  ['dark', 'phone'],
] as const)(
  'axe finds nothing in any view, and Tab reaches all that can be operated, %s, %s',
  async (colorScheme, name) => {
    const { page, errors } = await open(browser, shown.url, { colorScheme, width: WIDTHS[name] });
    for (const [view, [hash, isShown]] of Object.entries(VIEWS)) {
      await page.goto('about:blank');
      await page.goto(`${shown.url}/#key=harbour.jpg&${hash}`);
      await page.locator(isShown).first().waitFor();
      await page.evaluate(`document.querySelectorAll('details').forEach((details) => (details.open = true))`);
      expect([view, await violations(page)]).toEqual([view, []]);
      const controls = await page.evaluate<number>(WATCH_CONTROLS);
      for (let step = 0; step < controls + 5; step++) await page.keyboard.press('Tab');
      const unreached = await page.evaluate('[...unreached].map(({ outerHTML }) => outerHTML)');
      expect([view, unreached]).toEqual([view, []]);
      expect([view, await overflow(page)]).toEqual([view, 0]);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  },
);
