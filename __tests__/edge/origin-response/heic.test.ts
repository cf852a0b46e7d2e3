import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { zippedBytes } from '../../../edge/edge-function-rules';
import { LAMBDA_EDGE } from '../../../edge/limits';
import { AVIF, type Running, run } from '../../local/running';
import { heicFixture } from '../render/fixtures/heic';
import { property, writeHeif } from '../render/fixtures/heic-boxes';
import { SCENE, scene } from '../render/fixtures';
import { STAGED } from '../../stack/assets';
import { synthesiseIn } from '../../stack/synthesised';
import { difference, pictureOf } from '../render/picture';

let folder: string;
let local: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heic-'));
  local = await run({ cdkOut: synthesiseIn(folder, { heic: true, colour: 'p3', presets: {} }, 'cdk.out', STAGED) });
  await local.put('phone.heic', await heicFixture('phone'));
});
afterAll(async () => {
  await local?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the function renders a HEIC, whatever it is called, and says which format came of it', async () => {
  await local.put('renamed.jpg', await heicFixture('phone'));
  for (const key of ['phone.heic', 'renamed.jpg']) {
    const { status, headers, body } = await local.get(`/${key}`);
    expect([status, headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(await sharp(body).metadata()).toMatchObject({ ...SCENE, hasProfile: false });
    expect(difference(await pictureOf(body), await pictureOf(scene()))).toBeLessThan(8);
  }
});

test('its colours are kept in the class that has AVIF', async () => {
  const { headers, body } = await local.get('/320w/phone.heic', { accept: AVIF });
  expect(headers['content-type']).toBe('image/avif');
  expect((await sharp(body).metadata()).hasProfile).toBe(true);
});

test('a bomb is refused, and the next one is served', async () => {
  const properties = [property.size(40_000, 40_000)];
  const bomb = writeHeif({ items: [{ type: 'hvc1', data: Buffer.alloc(9), properties }], primary: 1 });
  await local.put('bomb.heic', bomb);
  const { status, headers } = await local.get('/320w/bomb.heic');
  expect([status, headers['x-resizer-error']]).toEqual([415, 'TOO_LARGE']);
  expect((await local.get('/640w/phone.heic')).status).toBe(200);
});

/** The folder of the function that renders. */
const packageIn = (cdkOut: string): string =>
  readdirSync(cdkOut)
    .map((name) => join(cdkOut, name))
    .find((path) => existsSync(join(path, 'render.js')))!;

test('only with the setting is the decoder in the package, with its licence; all else is the same', () => {
  const [on, off] = [packageIn(join(folder, 'cdk.out')), packageIn(process.env['CDK_OUT']!)];
  const below = (path: string) =>
    (readdirSync(path, { recursive: true }) as string[]).filter((name) => !name.startsWith('fonts')).sort();
  const more = below(on).filter((name) => !below(off).includes(name));
  expect(more).toEqual(
    [
      '',
      '/LICENSE',
      '/libheif-wasm',
      '/libheif-wasm/LICENSE',
      '/libheif-wasm/libheif.js',
      '/libheif-wasm/libheif.wasm',
      '/package.json',
    ].map((name) => `node_modules/libheif-js${name}`),
  );
  // So nothing of it is loaded before a HEIC comes: without the setting it could not be.
  expect(readFileSync(join(on, 'render.js')).equals(readFileSync(join(off, 'render.js')))).toBe(true);
  expect(zippedBytes(on, 0)).toBeLessThan(LAMBDA_EDGE.packageBytes / 3);
});

test('a refusal of before is looked at again once the setting is on', async () => {
  const off = await run();
  await off.put('phone.heic', await heicFixture('phone'));
  const { status, body } = await off.get('/320w/phone.heic');
  expect([status, body.toString()]).toEqual([415, expect.stringContaining('heic: true')]);
  const { refusalRules: before } = settingsOf(packageIn(process.env['CDK_OUT']!));
  const { refusalRules: after } = settingsOf(packageIn(join(folder, 'cdk.out')));
  expect(after).not.toBe(before);
  await off.close();
});

const settingsOf = (path: string): { refusalRules: string } =>
  JSON.parse(readFileSync(join(path, 'settings.json'), 'utf8')) as { refusalRules: string };
