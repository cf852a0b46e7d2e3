import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createSigner } from '../../client/signer';
import { PROPAGATION_MS } from '../../local/src/cloudfront/key-value-store';
import { keys } from '../../scripts/keys';
import { playground } from '../../scripts/playground';
import { launch } from '../chromium';
import { photo } from '../local/running';
import { execute } from '../scripts/command';
import { synthesiseIn } from '../stack/synthesised';
import { type Shown, answered, choice, during, open, show, until } from './playground';

const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let folder: string;
let shown: Shown;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'members-'));
  writeFileSync(join(folder, 'public.pem'), publicKey);
  writeFileSync(join(folder, 'private.pem'), privateKey);
  const config = { signed: true, private: { publicKeys: [join(folder, 'public.pem')], paths: ['members'] } };
  writeFileSync(join(folder, 'resizer.config.cjs'), `module.exports = ${JSON.stringify(config)};\n`);
  writeFileSync(join(folder, 'keys.txt'), 'harbour.jpg\nmembers/a.jpg\n');
  shown = await show({ cdkOut: synthesiseIn(folder, config) });
  await shown.local.put('members/a.jpg', await photo(640, 480));
  await shown.local.settle();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await shown.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The picture of an original in the gallery, by its width in pixels; 0 where there is none. */
const widthInGallery = (page: Page, key: string): Promise<number> =>
  page.evaluate(`[...document.querySelectorAll('.gallery li')]
    .find((card) => card.querySelector('.name').textContent === '${key}')
    ?.querySelector('img')?.naturalWidth ?? 0`);

test('npm start signs what its playground asks for, and nothing else', async () => {
  const path = '/members/a.jpg/640x.auto.avif';
  expect((await shown.local.get(path)).status).toBe(403);
  const { page, errors } = await open(browser, shown.url);
  while ((await widthInGallery(page, 'members/a.jpg')) === 0) await page.waitForTimeout(50);
  while ((await widthInGallery(page, 'harbour.jpg')) === 0) await page.waitForTimeout(50);
  await page.locator('.gallery a', { hasText: 'members/a.jpg' }).click();
  await answered(page, path);
  await page.getByText('For members only: the playground signs its requests.').waitFor();
  await page.locator('.stage img').waitFor();

  await page.getByRole('link', { name: 'Focal point' }).click();
  await until(page, `[...document.querySelectorAll('.crops img')].some(({ naturalWidth }) => naturalWidth > 0)`);
  await page.getByRole('link', { name: 'Copy' }).click();
  const block = (name: string) => page.getByRole('region', { name, exact: true });
  expect(await block('Size first').locator('.reason').textContent()).toBe(
    'This picture is for members: its URL has to begin with /members/.',
  );
  expect(await block('Canonical path').locator('pre').textContent()).toContain('/members/a.jpg/640x.auto');
  expect(errors).toEqual([]);
  await page.context().close();
});

test('what only a signature allows is refused without one, and shown by a signed path', async () => {
  const file = join(folder, 'signing-key');
  const { code } = await execute(keys, ['create', '--out', file], shown.local.environment);
  expect(code).toBe(0);
  shown.local.clock.advance(PROPAGATION_MS);
  const signer = createSigner({ signed: true }, { key: readFileSync(file, 'utf8') });
  const { page } = await open(browser, `${shown.url}/#key=harbour.jpg&size=300x300`);
  await answered(page, `/harbour.jpg/300x300-cover-${shown.gravity}.auto.avif`);
  expect(await choice(page, 'Fit', 'contain').getAttribute('aria-disabled')).toBe('true');
  await page.getByLabel('Path').fill('/harbour.jpg/237x.auto');
  await page.getByLabel('Path').press('Enter');
  await page.locator('.refused', { hasText: '403 NO_SIGNATURE' }).waitFor();
  const signed = await signer.url('harbour.jpg', { width: 237 });
  await page.getByLabel('Path').fill(signed);
  await page.getByLabel('Path').press('Enter');
  await answered(page, signed);
  await until(page, `document.querySelector('.stage img')?.naturalWidth === 237`);
  expect(await page.locator('.facts dl').textContent()).toContain(
    'AVIF: browsers of this class accept AVIF and WebP; a photograph.',
  );
  // Nor is it among what can be copied.
  await page.goto(`${shown.url}/#key=harbour.jpg&size=301x300&view=copy`);
  await page.getByText('This is refused, so there is nothing to copy').waitFor();
  await page.context().close();
});

describe('the playground of a deployed distribution', () => {
  const argsOf = (...more: string[]) => [
    shown.local.url,
    '--config',
    join(folder, 'resizer.config.cjs'),
    '--keys',
    join(folder, 'keys.txt'),
    ...more,
  ];

  test('signs with a key that is named to it', async () => {
    const id = [...shown.local.deployment.publicKeys.keys()][0]!;
    const key = ['--key-pair-id', id, '--private-key', join(folder, 'private.pem')];
    await during(argsOf(...key), {}, async (url) => {
      const { page } = await open(browser, url);
      while ((await widthInGallery(page, 'members/a.jpg')) === 0) await page.waitForTimeout(50);
      await page.locator('.gallery a', { hasText: 'members/a.jpg' }).click();
      await answered(page, '/members/a.jpg/640x.auto.avif');
      await page.locator('.stage img').waitFor();
      expect(await page.locator('.refused').count()).toBe(0);
      await page.context().close();
    });
  });

  test('says what to name where it has none', async () => {
    await during(argsOf(), {}, async (url) => {
      const { page } = await open(browser, `${url}/#key=members/a.jpg`);
      await page.locator('.refused', { hasText: 'MissingKey' }).waitFor();
      await page.getByText('start the playground with --key-pair-id and --private-key').waitFor();
      expect(await page.locator('.stage img').count()).toBe(0);
      await page.context().close();
    });
  });

  test('half of a key is one line and exit code 2', async () => {
    expect(await execute(playground, argsOf('--key-pair-id', 'K1'))).toMatchObject({
      code: 2,
      stderr: 'Give both --key-pair-id and --private-key.\n',
    });
  });
});
