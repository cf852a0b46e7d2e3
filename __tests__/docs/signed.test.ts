import { buildSync } from 'esbuild';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { createSigner } from '../../client/signer';
import { parseVariant } from '../../edge/variant';
import { CROP_PARTS } from '../../edge/grammar-constants';
import { signedViewerRequest } from '../edge/viewer-request/viewer';
import { ROOT } from './pages';
import { KEY, LANGUAGES, isInstalled, runRecipe, vectors } from './recipes';

const urls = vectors.map(({ url }) => url);

test('the recipe in Python makes the URLs of the test vectors', () => {
  expect(isInstalled(LANGUAGES['python']!)).toBe(true);
  expect(runRecipe('python')).toEqual(urls);
});

test('the signer of the client makes them', async () => {
  const made = vectors.map(({ original, variant, until, base }) => {
    const [, x, y, across, down] = /^c(\d+)_(\d+)_(\d+)_(\d+)-/.exec(variant) ?? [];
    const { width, height, fit, gravity, quality, target } = parseVariant(variant.replace(/^c[\d_]+-/, ''))!;
    const part = (text: string | undefined) => Number(text) / CROP_PARTS;
    return createSigner({ signed: true, base }, { key: KEY, keyId: '1c97fa56' }).url(original, {
      width,
      height,
      ...(width && height && { fit }),
      gravity,
      quality,
      format: target as 'auto',
      ...(x !== undefined && { crop: { x: part(x), y: part(y), width: part(across), height: part(down) } }),
      until,
    });
  });
  expect(await Promise.all(made)).toEqual(urls);
});

test('in a worker, which has nothing of Node, the signer makes the same', async () => {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, 'client', 'signer.ts')],
    bundle: true,
    write: false,
    platform: 'neutral',
    format: 'iife',
    globalName: 'client',
  });
  // What workers of browsers, of Cloudflare and of Deno have.
  const worker = createContext({ crypto, TextEncoder, btoa });
  const { createSigner: create } = runInContext(`${outputFiles[0]!.text};client`, worker) as {
    createSigner: typeof createSigner;
  };
  const options = { width: 637, height: 411, until: 4_102_444_800 };
  const url = await create({ signed: true }, { key: KEY, keyId: '1c97fa56' }).url('a.jpg', options);
  expect(url).toBe(await createSigner({ signed: true }, { key: KEY }).url('a.jpg', options));
});

test('the function lets them through', async () => {
  for (const [base, given] of [
    [undefined, vectors.filter((each) => each.base === undefined)],
    ['/img', vectors.filter((each) => each.base === '/img')],
  ] as const) {
    const outcomes = await signedViewerRequest({ base }, { keys: KEY })(given.map(({ url }) => url));
    expect(outcomes.map(({ path }) => path)).toEqual(given.map(({ url }) => url.split('?')[0]));
  }
});

test('they are HMACs of what stands before them', () => {
  for (const url of urls) {
    const [text, signature] = url.split(/[?&]s=/);
    expect(createHmac('sha256', KEY).update(text!).digest('base64url').slice(0, 22)).toBe(signature);
  }
});

test.each<[string, Parameters<ReturnType<typeof createSigner>['url']>[1], RegExp]>([
  ['a side over the bound', { width: 4_097 }, /^width is a whole number from 1 to 4096, not 4097\.$/],
  ['a fraction of a pixel', { height: 1.5 }, /^height is a whole number/],
  ['a fit that there is not', { fit: 'sideways' as 'cover' }, /^No such fit: sideways\. Allowed: cover, contain/],
  ['a format that the config leaves out', { format: 'avif' }, /^No such format: avif\. Allowed: auto, webp/],
  ['a quality over 100', { quality: 101 }, /^quality is a whole number from 1 to 100/],
  [
    'a crop beyond the picture',
    { crop: { x: 0.5, y: 0, width: 0.6, height: 1 } },
    /^crop is \{ x, y, width, height \}/,
  ],
  ['a date that is none', { until: new Date('') }, /^until is a date/],
])('the signer refuses %s', async (_, options, message) => {
  const signer = createSigner({ signed: true, formats: ['webp'] }, { key: KEY });
  await expect(signer.url('a.jpg', options)).rejects.toThrow(message);
});

test('the signer refuses a key that is none, that is another, and a config without signatures', async () => {
  expect(() => createSigner({ signed: true }, { key: 'secret' })).toThrow(/43 letters/);
  expect(() => createSigner({}, { key: KEY })).toThrow(/accepts no signatures/);
  await expect(createSigner({ signed: true }, { key: KEY, keyId: '00000000' }).url('a.jpg')).rejects.toThrow(
    /^The key is 1c97fa56, not 00000000\.$/,
  );
  await expect(createSigner({ signed: true }, { key: KEY }).url('../a.jpg')).rejects.toThrow(/segments/);
});
