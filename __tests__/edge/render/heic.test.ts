import sharp from 'sharp';
import { type Failure, isFailure } from '../../../edge/failure';
import type { Variant } from '../../../edge/variant';
import type { RenderSettings, Rendered } from '../../../edge/render/types';
import { expectOutcomes } from './damaged-heic';
import { SCENE, fixture, scene } from './fixtures';
import { heicFixture } from './fixtures/heic';
import { type Item, box, grid, property, writeHeif } from './fixtures/heic-boxes';
import { colourAt, difference, pictureOf, tryRender } from './picture';

const read = (
  file: Buffer,
  variant: Partial<Variant> = {},
  settings: Partial<RenderSettings> = {},
): Promise<Rendered | Failure> => tryRender(file, variant, { heic: true, ...settings });

async function rendered(...of: Parameters<typeof read>): Promise<Rendered> {
  const outcome = await read(...of);
  if (isFailure(outcome)) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

async function codeOf(...of: Parameters<typeof read>): Promise<string> {
  const outcome = await read(...of);
  return isFailure(outcome) ? outcome.code : 'rendered';
}

// Turned the wrong way, the scene is off by more than 20; with Display P3 taken for sRGB, by 5.
test.each([
  ['single', 1],
  ['phone', 2],
  ['camera', 2],
  ['ten-bits', 1],
] as const)('%s comes out as the scene was before it was coded, upright and in its colours', async (name, within) => {
  const { body, width, height } = await rendered(await heicFixture(name));
  expect({ width, height }).toEqual(SCENE);
  expect(difference(await pictureOf(body), await pictureOf(scene()))).toBeLessThan(within);
  const { exif, icc, orientation } = await sharp(body).metadata();
  expect([exif, icc, orientation]).toEqual([undefined, undefined, undefined]);
});

test('transparency is kept', async () => {
  const { body } = await rendered(await heicFixture('transparent'), { target: 'webp' });
  const [picture, before] = [await pictureOf(body), await pictureOf(await fixture('fading.png'))];
  for (const x of [2, 120, 237])
    expect(Math.abs(colourAt(picture, x, 80)[3]! - colourAt(before, x, 80)[3]!)).toBeLessThan(6);
  expect(
    difference(await pictureOf(sharp(body).flatten()), await pictureOf(sharp(await fixture('fading.png')).flatten())),
  ).toBeLessThan(5);
});

test('Display P3 is kept where the config says so', async () => {
  const phone = await heicFixture('phone');
  const { body } = await rendered(phone, { target: 'auto.webp' }, { colour: 'p3' });
  expect((await sharp(body).metadata()).icc!.length).toBeLessThan(500);
  expect(difference(await pictureOf(body), await pictureOf(scene()))).toBeLessThan(7);
  const usual = await rendered(phone, { target: 'auto.webp' });
  expect((await sharp(usual.body).metadata()).icc).toBeUndefined();
});

test('two renders give the same bytes, with any other in between', async () => {
  const [phone, camera] = [await heicFixture('phone'), await heicFixture('camera')];
  const first = await rendered(phone, { width: 100, target: 'webp' });
  await rendered(camera);
  expect((await rendered(phone, { width: 100, target: 'webp' })).body.equals(first.body)).toBe(true);
});

const withBrand = (file: Buffer, brand: string): Buffer => {
  const branded = Buffer.from(file);
  branded.write(brand, 8, 'latin1');
  return branded;
};

test.each(['heic', 'heix', 'mif1', 'msf1', 'miaf'])('the brand %s does not decide what is inside', async (brand) => {
  expect(await codeOf(withBrand(await heicFixture('phone'), brand))).toBe('rendered');
  expect(await codeOf(withBrand(await heicFixture('single'), brand), {}, { heic: false })).toBe('UNSUPPORTED');
  expect(await codeOf(withBrand(await fixture('photo.avif'), brand), {}, { heic: false })).toBe('rendered');
});

test('without the setting, the line says which one it is', async () => {
  for (const name of ['single', 'phone', 'camera', 'ten-bits', 'transparent'] as const) {
    const outcome = await tryRender(await heicFixture(name));
    expect(outcome).toEqual({ code: 'UNSUPPORTED', message: expect.stringContaining('heic: true') });
  }
});

/** Bits of a number by Exp-Golomb. */
const exponential = (value: number): string => {
  const bits = (value + 1).toString(2);
  return '0'.repeat(bits.length - 1) + bits;
};

/** A unit of HEVC that says how large the pictures are. */
function sizeUnit(width: number, height: number): Buffer {
  const profile = '1'.repeat(96);
  const bits = `00000001${profile}${exponential(0)}${exponential(1)}${exponential(width)}${exponential(height)}1`;
  const bytes = bits
    .padEnd(Math.ceil(bits.length / 8) * 8, '0')
    .match(/.{8}/g)!
    .map((byte) => Number.parseInt(byte, 2));
  return Buffer.from([0x42, 1, ...bytes]);
}

const lengthOf = (unit: Buffer): Buffer => Buffer.from([unit.length >> 8, unit.length & 255]);

/** The configuration of pictures of HEVC; lengths of units have four bytes. */
const configuration = (...units: Buffer[]): Buffer =>
  box(
    'hvcC',
    Buffer.from([1, ...Array<number>(20).fill(0), 3, units.length]),
    ...units.map((unit) => Buffer.concat([Buffer.from([33, 0, 1]), lengthOf(unit), unit])),
  );

const NOTHING = Buffer.alloc(40);

/** A picture without any data that could be decoded. */
const claiming = (width: number, height: number, more: Partial<Item> = {}, ...units: Buffer[]): Item => ({
  type: 'hvc1',
  data: NOTHING,
  properties: [configuration(...units), property.size(width, height)],
  ...more,
});

const ALPHA = 'urn:mpeg:hevc:2015:auxid:1';

/** Each would be `CORRUPT` if anything were decoded. */
test.each<[string, () => Buffer]>([
  ['a picture of 30,000 x 30,000', () => writeHeif({ items: [claiming(30_000, 30_000)], primary: 1 })],
  [
    'a picture that is larger than its boxes say',
    () => writeHeif({ items: [claiming(64, 64, {}, sizeUnit(20_000, 20_000))], primary: 1 }),
  ],
  [
    'a picture that says so only beside its data',
    () => {
      const unit = sizeUnit(20_000, 20_000);
      const data = Buffer.concat([Buffer.from([0, 0]), lengthOf(unit), unit]);
      return writeHeif({ items: [claiming(64, 64, { data }, sizeUnit(64, 64))], primary: 1 });
    },
  ],
  [
    'a transparency of 16,384 x 16,384',
    () => {
      const properties = [configuration(), property.size(16_384, 16_384), property.auxiliary(ALPHA)];
      const items = [claiming(64, 64), { type: 'hvc1', data: NOTHING, properties }];
      return writeHeif({ items, primary: 1, references: [{ type: 'auxl', from: 2, to: [1] }] });
    },
  ],
  [
    'a grid of one tile a thousand times',
    () => {
      const items: Item[] = [
        claiming(512, 512),
        { type: 'grid', data: grid(40, 25, 64, 64), properties: [property.size(64, 64)], isInside: true },
      ];
      const references = [{ type: 'dimg', from: 2, to: Array<number>(1_000).fill(1) }];
      return writeHeif({ items, primary: 2, references });
    },
  ],
])('%s is refused before it is decoded', async (_what, make) => {
  const bomb = make();
  expect(bomb.length).toBeLessThan(5_000);
  expect(await codeOf(bomb)).toBe('TOO_LARGE');
});

test('the limits are those of the config', async () => {
  const [phone, pixels] = [await heicFixture('phone'), 240 * 160];
  expect(await codeOf(phone, {}, { maxHeicPixels: pixels, maxPixels: pixels })).toBe('rendered');
  expect(await codeOf(phone, {}, { maxHeicPixels: pixels - 1 })).toBe('TOO_LARGE');
  expect(await codeOf(phone, {}, { maxPixels: pixels - 1 })).toBe('TOO_LARGE');
});

test.each([
  [16, 'PQ'],
  [18, 'HLG'],
])('high dynamic range by the transfer %i is unsupported, as in an AVIF', async (transfer, name) => {
  const item = claiming(64, 64, {
    properties: [configuration(), property.size(64, 64), property.codePoints(9, transfer, 9, true)],
  });
  const outcome = await read(writeHeif({ items: [item], primary: 1 }));
  expect(outcome).toEqual({ code: 'UNSUPPORTED', message: expect.stringContaining(name) });
});

test.each<[string, string, () => Buffer | Promise<Buffer>]>([
  ['a picture whose data is nothing', 'CORRUPT', () => writeHeif({ items: [claiming(64, 64)], primary: 1 })],
  [
    'a picture without a size',
    'CORRUPT',
    () => writeHeif({ items: [claiming(64, 64, { properties: [configuration()] })], primary: 1 }),
  ],
  ['a first box alone', 'CORRUPT', async () => (await heicFixture('single')).subarray(0, 24)],
  ['half of a grid', 'CORRUPT', async () => (await heicFixture('phone')).subarray(0, 16_000)],
  ['half of a picture', 'CORRUPT', async () => (await heicFixture('single')).subarray(0, 14_000)],
])('%s is refused as %s', async (_what, code, make) => {
  expect(await codeOf(await make())).toBe(code);
});

test('whatever is damaged, the outcome is a picture or a refusal', () => expectOutcomes(12));
