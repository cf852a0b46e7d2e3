import sharp from 'sharp';
import type { Target } from '../../../edge/variant';
import { type FixtureName, SECRET, fixture, scene, turnedJpeg, withSegment } from './fixtures';
import { ARITHMETIC } from './fixtures/arithmetic';
import { SETTINGS, difference, pictureOf, rendered, tryRender } from './picture';

/** A JPEG so small that every rendering of it has more bytes. */
const small = () => scene(600).jpeg({ quality: 8, mozjpeg: true }).toBuffer();

const isOriginal = async (original: Buffer, ...rest: [Parameters<typeof tryRender>[1]?]) =>
  (await rendered(original, ...rest)).note === 'the original, as it is smaller';

test.each<Target>(['jpeg', 'auto', 'auto.webp', 'auto.avif'])(
  'an original that is smaller than its rendering is the variant as %s',
  async (target) => {
    const original = await small();
    const { body, contentType, width, height, note } = await rendered(original, { target, quality: 95 });
    expect(body.length).toBeLessThanOrEqual(original.length);
    expect(await pictureOf(body)).toEqual(await pictureOf(original));
    expect({ contentType, width, height }).toEqual({ contentType: 'image/jpeg', width: 600, height: 400 });
    expect(note).toMatch('original');
  },
);

test('a rendering that is smaller is served', async () => {
  const original = await fixture('large.jpg');
  expect(await isOriginal(original, { target: 'jpeg' })).toBe(false);
  expect((await rendered(original, { target: 'jpeg' })).body.length).toBeLessThan(original.length);
});

test.each<[string, Parameters<typeof tryRender>[1]]>([
  ['a resize', { width: 300 }],
  ['a crop', { width: 400, height: 400, fit: 'cover' }],
  ['padding', { width: 600, height: 600, fit: 'contain' }],
  ['another format', { target: 'webp' }],
])('an original that needs %s is never passed on', async (_what, variant) => {
  expect(await isOriginal(await small(), { target: 'jpeg', quality: 95, ...variant })).toBe(false);
});

test.each<[string, (jpeg: Buffer) => Buffer]>([
  ['a comment', (jpeg) => withSegment(jpeg, 0xfe, SECRET)],
  ['EXIF', (jpeg) => withSegment(jpeg, 0xe1, `Exif\0\0${SECRET}`)],
  ['IPTC', (jpeg) => withSegment(jpeg, 0xed, SECRET)],
  ['a thumbnail', (jpeg) => withSegment(jpeg, 0xe0, `JFXX\0\x10${SECRET}`)],
  ['an unknown segment', (jpeg) => withSegment(jpeg, 0xeb, SECRET)],
  ['bytes after its end', (jpeg) => Buffer.concat([jpeg, Buffer.from(SECRET)])],
])('an original with %s is passed on without it', async (_what, add) => {
  const original = add(await small());
  const { body, note } = await rendered(original, { target: 'jpeg', quality: 95 });
  expect(note).toBe('the original, as it is smaller');
  expect(body.includes(SECRET)).toBe(false);
});

test('an original in other colours than sRGB, or not upright, is never passed on', async () => {
  const options = { target: 'jpeg', quality: 100 } as const;
  const wide = await scene(600).withIccProfile('p3').jpeg({ quality: 8, mozjpeg: true }).toBuffer();
  expect(await isOriginal(wide, options)).toBe(false);
  expect(await isOriginal(await turnedJpeg(3), options)).toBe(false);
  const same = await scene(600).withIccProfile('srgb').jpeg({ quality: 8, mozjpeg: true }).toBuffer();
  expect(await isOriginal(same, options)).toBe(true);
});

/** A chunk of text where a PNG, a WebP or a GIF has one. */
const SOILED: Record<string, (clean: Buffer) => Buffer> = {
  png: (png) => {
    const chunk = Buffer.from(`\0\0\0\x14tEXtComment\0secret-note!\0\0\0\0`, 'latin1');
    return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
  },
  webp: (webp) => {
    const soiled = Buffer.concat([webp, Buffer.from('XMP \x0c\0\0\0secret-note!', 'latin1')]);
    soiled.writeUInt32LE(soiled.length - 8, 4);
    return soiled;
  },
  gif: (gif) => Buffer.concat([gif.subarray(0, -1), Buffer.from('!\xfe\x0csecret-note!\0;', 'latin1')]),
};

/** Originals that are packed as well as they can be, at a quality that no default rendering goes down to. */
const TIGHT: Record<string, () => Promise<Buffer>> = {
  png: () => scene().resize(60).png({ compressionLevel: 9, effort: 10, palette: true, colours: 8 }).toBuffer(),
  webp: () => scene().webp({ quality: 5, effort: 6 }).toBuffer(),
  gif: () => scene().gif({ colours: 4 }).toBuffer(),
  avif: () => scene().avif({ quality: 5, effort: 2 }).toBuffer(),
};

test.each(['webp', 'gif'] as const)('a %s that is smaller than its rendering is passed on', async (target) => {
  expect(await isOriginal(await TIGHT[target]!(), { target })).toBe(true);
});

test('an AVIF is rendered, even if it gets larger', async () => {
  const original = await TIGHT['avif']!();
  const { body, note } = await rendered(original, { target: 'avif' });
  expect([body.length > original.length, note]).toEqual([true, undefined]);
});

test.each(['webp', 'gif', 'png'] as const)('a %s with a text in it comes out without it', async (target) => {
  const clean = await TIGHT[target]!();
  const soiled = SOILED[target]!(clean);
  expect((await sharp(soiled).metadata()).width).toBe((await sharp(clean).metadata()).width);
  expect((await rendered(soiled, { target })).body.includes('secret-note')).toBe(false);
});

test('an AVIF with EXIF in it is not passed on', async () => {
  const original = await scene()
    .withExif({ IFD0: { Copyright: SECRET } })
    .avif({ quality: 5, effort: 2 })
    .toBuffer();
  expect(original.includes(SECRET)).toBe(true);
  expect((await rendered(original, { target: 'avif' })).body.includes(SECRET)).toBe(false);
});

test('an animation is passed on only with all of its frames', async () => {
  const original = await fixture('animated.webp');
  expect(await isOriginal(original, { target: 'webp' })).toBe(true);
  const still = await rendered(original, { target: 'webp', width: 119 }, { maxAnimationPixels: 2 });
  expect([still.frames, still.note]).toEqual([1, expect.stringContaining('first frame')]);
});

test('a JPEG of arithmetic codes, which browsers do not read, is rendered', async () => {
  const original = Buffer.from(ARITHMETIC, 'base64');
  const { body, note } = await rendered(original, { target: 'jpeg', quality: 100 });
  expect([body.length > original.length, note]).toEqual([true, undefined]);
  expect(difference(await pictureOf(body), await pictureOf(original))).toBeLessThan(3);
});

test.each<FixtureName>(['photo.tiff', 'drawing.svg', '16-bit.png'])('%s is never passed on', async (name) => {
  for (const target of ['auto.avif', 'auto', 'png'] as const) {
    expect(await isOriginal(await fixture(name), { target })).toBe(false);
  }
});

test('a format that the config does not use is not passed on in a class', async () => {
  const original = await TIGHT['webp']!();
  const { contentType } = await rendered(original, { target: 'auto.avif' }, { ...SETTINGS, formats: ['avif'] });
  expect(contentType).not.toBe('image/webp');
});
