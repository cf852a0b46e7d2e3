import sharp from 'sharp';
import { thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash';
import { isFailure } from '../../../edge/failure';
import type { Info } from '../../../edge/render/info';
import { INFO, INFO_TARGET } from '../../../edge/variant';
import { FIXTURES, type FixtureName, fixture, scene, turnedJpeg } from './fixtures';
import { difference, pictureOf, tryRender } from './picture';

const VARIANT = { preset: INFO, target: INFO_TARGET } as const;

async function infoOf(original: FixtureName | Buffer, focus?: Info['focus']): Promise<Info> {
  const outcome = await tryRender(original, VARIANT, {}, focus ?? undefined);
  if (isFailure(outcome)) throw new Error(`${outcome.code}: ${outcome.message}`);
  expect(outcome.contentType).toBe('application/json');
  return JSON.parse(outcome.body.toString()) as Info;
}

const bytesOf = (uri: string): Buffer => Buffer.from(/^data:image\/webp;base64,(.+)$/.exec(uri)![1]!, 'base64');

test.each<[FixtureName, Partial<Info>]>([
  ['photo.jpg', { format: 'jpeg', frames: 1, transparent: false }],
  ['progressive.jpg', { format: 'jpeg' }],
  ['orientation-6.jpg', { format: 'jpeg' }],
  ['grey.jpg', { format: 'jpeg', transparent: false }],
  ['cmyk.jpg', { format: 'jpeg' }],
  ['photo.png', { format: 'png', transparent: false }],
  ['16-bit.png', { format: 'png' }],
  ['1-bit.png', { format: 'png' }],
  ['opaque-alpha.png', { format: 'png', transparent: false }],
  ['palette-clear.png', { format: 'png', transparent: true }],
  ['grey-alpha.png', { format: 'png', transparent: true }],
  ['fading.png', { format: 'png', transparent: true }],
  ['animated.png', { format: 'png', frames: 6, width: 120, height: 80 }],
  ['photo.webp', { format: 'webp', transparent: false }],
  ['fading.webp', { format: 'webp', transparent: true }],
  ['animated.webp', { format: 'webp', frames: 6, width: 120, height: 80 }],
  ['photo.gif', { format: 'gif', frames: 1, transparent: false }],
  ['animated.gif', { format: 'gif', frames: 6, width: 120, height: 80 }],
  ['animated-clear.gif', { format: 'gif', frames: 6, transparent: true, width: 120, height: 80 }],
  ['photo.avif', { format: 'avif', transparent: false }],
  ['photo.tiff', { format: 'tiff', transparent: false }],
  ['drawing.svg', { format: 'svg', transparent: false }],
  ['clear.svg', { format: 'svg', transparent: true }],
  ['pixel.png', { format: 'png', width: 1, height: 1, colour: '#c83868' }],
  ['wide.png', { format: 'png', width: 6000, height: 4 }],
  ['tall.png', { format: 'png', width: 4, height: 6000 }],
])('the facts about %s', async (name, expected) => {
  const original = await fixture(name);
  const info = await infoOf(name);
  expect(info).toMatchObject({ width: 240, height: 160, bytes: original.length, focus: null, ...expected });
  expect(Object.keys(info)).toEqual([
    'width',
    'height',
    'format',
    'bytes',
    'frames',
    'transparent',
    'focus',
    'colour',
    'thumbHash',
    'placeholder',
  ]);
  expect(info.colour).toMatch(/^#[\da-f]{6}$/);
});

test('every kind of original has facts, or is refused as any variant of it is', async () => {
  for (const name of FIXTURES) {
    const [facts, picture] = await Promise.all([tryRender(name, VARIANT), tryRender(name, { width: 50 })]);
    const codeOf = (outcome: object) => (isFailure(outcome) ? outcome.code : 'rendered');
    expect([name, codeOf(facts)]).toEqual([name, codeOf(picture)]);
  }
});

test('the focal point is among the facts', async () => {
  expect((await infoOf('photo.jpg', { x: 0.31, y: 0.62 })).focus).toEqual({ x: 0.31, y: 0.62 });
});

test.each([1, 3, 6, 8])(
  'size, ThumbHash and placeholder are those of the upright picture with orientation %i',
  async (orientation) => {
    const upright = await infoOf('photo.jpg');
    const info = await infoOf(await turnedJpeg(orientation));
    expect([info.width, info.height]).toEqual([240, 160]);
    const [one, other] = await Promise.all([info, upright].map(({ placeholder }) => pictureOf(bytesOf(placeholder))));
    expect(difference(one!, other!)).toBeLessThan(8);
    const hash = (of: Info) => thumbHashToRGBA(Buffer.from(of.thumbHash, 'base64'));
    expect([hash(info).w, hash(info).h]).toEqual([hash(upright).w, hash(upright).h]);
  },
);

test('the ThumbHash looks like the picture, in a few bytes', async () => {
  const bytes = Buffer.from((await infoOf('photo.jpg')).thumbHash, 'base64');
  expect(bytes.length).toBeLessThan(30);
  const { w, h, rgba } = thumbHashToRGBA(bytes);
  const shown = { data: Buffer.from(rgba), width: w, height: h };
  const blurred = await pictureOf(scene().resize(w, h, { fit: 'fill' }).blur(4));
  expect(difference(shown, blurred)).toBeLessThan(24);
});

test('a ThumbHash of a transparent picture is transparent', async () => {
  expect(thumbHashToAverageRGBA(Buffer.from((await infoOf('clear.svg')).thumbHash, 'base64')).a).toBeLessThan(0.95);
});

test('the placeholder is a tiny WebP of the same shape, that looks like the picture', async () => {
  const bytes = bytesOf((await infoOf('photo.jpg')).placeholder);
  expect(bytes.length).toBeLessThan(400);
  const { format, width, height } = await sharp(bytes).metadata();
  expect([format, width, height]).toEqual(['webp', 24, 16]);
  expect(difference(await pictureOf(bytes), await pictureOf(scene().resize(24, 16).blur(1)))).toBeLessThan(10);
});

test('the colour is that of most of the picture, whatever is invisible', async () => {
  const red = { create: { width: 30, height: 80, channels: 4 as const, background: '#e01020' } };
  const mostlyClear = sharp({
    create: { width: 200, height: 100, channels: 4, background: { r: 0, g: 255, b: 0, alpha: 0 } },
  });
  const { colour } = await infoOf(
    await mostlyClear
      .composite([{ input: red, left: 5, top: 5 }])
      .png()
      .toBuffer(),
  );
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour!.slice(at, at + 2), 16));
  expect(r! > 200 && g! < 60 && b! < 60).toBe(true);
});

test('a picture of which nothing is seen has no colour', async () => {
  const clear = sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } });
  expect(await infoOf(await clear.png().toBuffer())).toMatchObject({ colour: null, transparent: true });
});

test('one clear pixel of a large picture makes it transparent', async () => {
  const pixels = Buffer.alloc(1200 * 1200 * 4, 255);
  pixels[4 * 700_000 + 3] = 0;
  const png = await sharp(pixels, { raw: { width: 1200, height: 1200, channels: 4 } })
    .png()
    .toBuffer();
  expect((await infoOf(png)).transparent).toBe(true);
});

test('the same facts come out each time', async () => {
  expect(await infoOf('photo.jpg')).toEqual(await infoOf('photo.jpg'));
});
