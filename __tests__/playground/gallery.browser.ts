import { type Browser, type Page } from 'playwright-core';
import { startLocalPlayground } from '../../scripts/start/playground';
import { runningResizers } from '../../scripts/start/resizers';
import { launch } from '../chromium';
import { photo } from '../local/running';
import { HOSTILE, type Shown, WIDTHS, open, overflow, show, until, violations } from './playground';

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

const names = (page: Page): Promise<string[]> => page.locator('.gallery .name').allTextContents();

/** Waits for the text of the line that says what has been done. */
const said = (page: Page, text: string) => page.locator('.message', { hasText: text }).waitFor();

/** Of the answer that is shown. */
const etagOf = (page: Page): Promise<string> =>
  page.evaluate(`/etag: (.*)/.exec(document.querySelector('.facts pre').textContent)?.[1] ?? ''`);

const file = async (name: string, width = 64) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await photo(width, 48),
});

test.each(Object.entries(WIDTHS))('the gallery shows what there is, at the width of a %s', async (_, width) => {
  const { page, errors, requested } = await open(browser, shown.url, { width });
  await page.locator('.gallery li').first().waitFor();
  expect((await names(page)).sort()).toEqual([HOSTILE, 'folder/small.png', 'harbour.jpg', 'notes.jpg'].sort());
  const card = page.locator('.gallery li', { hasText: 'harbour.jpg' });
  expect(await card.locator('.note').last().textContent()).toMatch(/^JPEG [\d.]+ kB$/);
  await until(
    page,
    `document.querySelectorAll('.gallery img').length === 3
    && [...document.querySelectorAll('.gallery img')].every(({ naturalWidth }) => naturalWidth > 0)`,
  );
  expect(await page.locator('.gallery li', { hasText: 'notes.jpg' }).textContent()).toContain('no picture');
  expect(await overflow(page)).toBe(0);

  await page.getByLabel('Search').fill('SMALL');
  expect(await names(page)).toEqual(['folder/small.png']);
  expect(await page.locator('main [role=status]').textContent()).toMatch(/^1 of 4 originals/);
  await page.reload();
  await page.locator('.gallery li').first().waitFor();
  expect(await names(page)).toEqual(['folder/small.png']);

  const hosts = new Set(requested.map((url) => new URL(url).origin));
  expect([...hosts].sort()).toEqual([shown.url, shown.local.url].sort());
  expect(errors).toEqual([]);
  await page.context().close();
});

test.each(['light', 'dark'] as const)('axe finds nothing in the gallery and its dialog, %s', async (colorScheme) => {
  const { page } = await open(browser, shown.url, { colorScheme });
  await page.locator('.gallery li').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Upload…').setInputFiles([await file('harbour.jpg')]);
  await page.getByRole('dialog').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.context().close();
});

test('a key with markup in it is text wherever it stands', async () => {
  const { page, errors } = await open(browser, shown.url);
  await page.locator('.gallery a', { hasText: 'onerror' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(HOSTILE);
  await page.locator('.stage img').waitFor();
  for (const view of ['Copy', 'Focal point', 'All sizes']) {
    await page.getByRole('link', { name: view }).click();
    await page.locator('.result img, .result pre').first().waitFor();
  }
  expect(await page.title()).toBe(`${HOSTILE} – Playground`);
  expect(await page.locator('b, img[src=x]').count()).toBe(0);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a file is uploaded, replaced and deleted, each after a question where something is lost', async () => {
  const { page, errors } = await open(browser, shown.url);
  await page.locator('.gallery li').first().waitFor();
  await page.getByLabel('Upload…').setInputFiles([await file('one.jpg'), await file('two.jpg')]);
  await said(page, 'Uploaded two.jpg.');
  await page.locator('.gallery .name', { hasText: 'one.jpg' }).waitFor();

  const before = (await shown.local.get('/100x100/one.jpg')).headers['etag'];
  await page.getByLabel('Upload…').setInputFiles([await file('one.jpg', 96)]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect((await shown.local.get('/100x100/one.jpg')).headers['etag']).toBe(before);
  await page.getByLabel('Upload…').setInputFiles([await file('one.jpg', 96)]);
  await page.getByRole('button', { name: 'Replace' }).click();
  await said(page, 'Uploaded one.jpg.');
  expect((await shown.local.get('/100x100/one.jpg')).headers['etag']).not.toBe(before);

  for (const key of ['one.jpg', 'two.jpg']) {
    await page.locator('.gallery a', { hasText: key }).click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await shown.keys()).toContain(key);
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Originals' }).waitFor();
    expect(await shown.keys()).not.toContain(key);
  }
  await page.locator('.gallery .name', { hasText: 'two.jpg' }).waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a file that is dropped anywhere is uploaded', async () => {
  const { page } = await open(browser, shown.url);
  await page.locator('.gallery li').first().waitFor();
  const base64 = (await photo(64, 48)).toString('base64');
  await page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob('${base64}'), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], 'dropped.jpg', { type: 'image/jpeg' }));
    for (const type of ['dragover', 'drop']) {
      document.querySelector('main').dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  })()`);
  await said(page, 'Uploaded dropped.jpg.');
  await page.locator('.gallery .name', { hasText: 'dropped.jpg' }).waitFor();
  expect(await shown.keys()).toContain('dropped.jpg');
  await shown.remove('dropped.jpg');
  // Whoever removes it, the page follows.
  await page.locator('.gallery .name', { hasText: 'dropped.jpg' }).waitFor({ state: 'detached' });
  await page.context().close();
});

test('each of several resizers has originals of its own', async () => {
  const [resizer] = runningResizers(shown.local);
  const products = { ...resizer!, name: 'Products', place: { ...resizer!.place, prefix: 'folder/' } };
  const playground = await startLocalPlayground(shown.local, [resizer!, products], {
    port: 0,
    reports: shown.reports,
  });
  const { page } = await open(browser, playground.url);
  await page.locator('.gallery .name', { hasText: 'harbour.jpg' }).waitFor();
  await page.getByRole('link', { name: 'Products' }).click();
  await page.locator('.gallery .name', { hasText: 'harbour.jpg' }).waitFor({ state: 'detached' });
  expect(await names(page)).toEqual(['small.png']);
  await page.context().close();
  await playground.close();
});

test('an overwrite shows by itself, and what was before beside it', async () => {
  await shown.local.put('changing.jpg', await photo(64, 48));
  await shown.local.settle();
  const { page } = await open(browser, `${shown.url}/#key=changing.jpg&size=100x100`);
  await page.locator('.facts dl').waitFor();
  const before = await etagOf(page);
  const wasBefore = page.getByRole('button', { name: 'before the overwrite' });
  expect(await wasBefore.getAttribute('aria-disabled')).toBe('true');

  await shown.local.put('changing.jpg', await photo(96, 48));
  await until(
    page,
    `!document.querySelector('.facts pre')?.textContent.includes(${JSON.stringify(before)})
      && document.querySelector('.facts pre') !== null`,
  );
  await wasBefore.click();
  await page.locator('.over img').waitFor();
  expect(await page.locator('.sides').textContent()).toContain('before the overwrite');
  await page.context().close();
  await shown.remove('changing.jpg');
});

test('with the keyboard alone: to an original, to a size, through a comparison, and back', async () => {
  const { page } = await open(browser, shown.url);
  await page.locator('.gallery li').first().waitFor();
  const focused = () =>
    page.evaluate<string>(`document.activeElement.textContent || document.activeElement.ariaLabel || ''`);
  /** Tabs to what is called so. */
  const tabTo = async (name: string) => {
    for (let step = 0; step < 90; step++) {
      await page.keyboard.press('Tab');
      if ((await focused()).includes(name)) return;
    }
    throw new Error(`${name} is not reached.`);
  };
  await page.evaluate('document.body.focus()');
  await tabTo('harbour.jpg');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'harbour.jpg' }).waitFor();
  expect(await focused()).toBe('harbour.jpg');
  await tabTo('300x300');
  await page.keyboard.press('Space');
  await until(page, `document.querySelector('#path')?.value.includes('300x300') ?? false`);
  // What is refused is reached, and says why.
  await tabTo('contain');
  expect(await page.locator('.reason').textContent()).toBe('No such fit here. Allowed: cover, inside.');
  await tabTo('original');
  await page.keyboard.press('Enter');
  await page.locator('.split').waitFor();
  await tabTo('Share of the original');
  await page.keyboard.press('End');
  expect(await page.locator('.split').inputValue()).toBe('100');
  await page.goBack();
  await page.getByRole('heading', { name: 'Originals' }).waitFor();
  await page.context().close();
});
