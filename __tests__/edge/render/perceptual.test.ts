import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { scoreAgainst } from '../../../bench/bytes/score';
import type { Pixels } from '../../../edge/render/pixels';
import { FORMULAS, RANGES } from '../../../edge/render/perceptual/coefficients';
import { type Detail, detailOf } from '../../../edge/render/perceptual/detail';
import { perceptualQuality } from '../../../edge/render/perceptual/photograph-quality';
import type { Target } from '../../../edge/variant';
import { scene } from './fixtures';
import { rendered } from './picture';

const FORMATS = ['jpeg', 'webp', 'avif'] as const;

const details = fc.record(
  Object.fromEntries(Object.keys(RANGES).map((name) => [name, fc.double({ min: -20, max: 20, noNaN: true })])),
) as fc.Arbitrary<Detail>;
const format = fc.constantFrom(...FORMATS);
const quality = fc.integer({ min: 1, max: 100 });

test('the quality of a photograph rises with the one that is asked for, and stays on the scale', () => {
  fc.assert(
    fc.property(format, details, quality, quality, (of, detail, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      const [from, to] = [perceptualQuality(of, low, detail), perceptualQuality(of, high, detail)];
      expect(from).toBeGreaterThanOrEqual(1);
      expect(to).toBeLessThanOrEqual(100);
      expect(to - from).toBeGreaterThan(high > low ? 0 : -1e-9);
    }),
  );
});

test('both ends of the scale are what they are, whatever the picture', () => {
  fc.assert(
    fc.property(format, details, (of, detail) => {
      expect([1, 100].map((end) => perceptualQuality(of, end, detail))).toEqual([1, 100]);
    }),
  );
});

test('no picture takes a formula beyond its bounds', () => {
  fc.assert(
    fc.property(format, details, (of, detail) => {
      for (const { asked, bounds } of FORMULAS[of]!) {
        const needed = perceptualQuality(of, asked, detail);
        expect(needed).toBeGreaterThanOrEqual(bounds[0]);
        expect(needed).toBeLessThanOrEqual(bounds[1] + 1);
      }
    }),
  );
});

test('a format without formulas gets what was asked for', () => {
  fc.assert(fc.property(details, quality, (detail, asked) => perceptualQuality('gif', asked, detail) === asked));
});

const pixelsOf = async (image: Sharp): Promise<Pixels> => {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
};

test('the detail of a grey picture is the same in one channel and in three, and with opaque alpha', async () => {
  const grey = await pixelsOf(scene().greyscale().toColourspace('b-w'));
  const three = {
    ...grey,
    channels: 3 as const,
    data: Buffer.from([...grey.data].flatMap((level) => [level, level, level])),
  };
  const four = { ...grey, channels: 2 as const, data: Buffer.from([...grey.data].flatMap((level) => [level, 255])) };
  expect(grey.channels).toBe(1);
  expect(detailOf(three)).toEqual(detailOf(grey));
  expect(detailOf(four)).toEqual(detailOf(grey));
});

test('what cannot be seen has no detail', async () => {
  expect(detailOf(await pixelsOf(scene().ensureAlpha(0.5)))).toBeUndefined();
  expect(detailOf(await pixelsOf(scene().resize(7, 300, { fit: 'fill' })))).toBeUndefined();
});

/** A photograph with grain, as of a camera in the dark; the same at every run. */
async function grainy(photograph: Sharp, levels: number): Promise<Buffer> {
  const { data, ...size } = await pixelsOf(photograph.removeAlpha());
  let seed = 1;
  for (let at = 0; at < data.length; at += 3) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const grain = (seed / 2 ** 31 - 0.5) * levels;
    for (let channel = at; channel < at + 3; channel++)
      data[channel] = Math.max(0, Math.min(255, data[channel]! + grain));
  }
  return sharp(data, { raw: size }).png().toBuffer();
}

const PHOTOGRAPHS: Record<string, () => Promise<Buffer>> = {
  grainy: () => grainy(scene(600), 60),
  'out of focus': () => grainy(scene(600).blur(3), 6),
  'dark and colourful': () => grainy(scene(600).modulate({ brightness: 0.5, saturation: 2 }), 6),
};

describe.each<Target>(['jpeg', 'webp', 'avif'])('as %s', (target) => {
  const make = async (photograph: Buffer, perceptual: boolean, asked = 76) =>
    (await rendered(photograph, { width: 320, target, quality: asked }, { perceptual })).body;

  test('a photograph whose loss shows gets more, and one whose loss does not show gets no more', async () => {
    const gainOf = async (photograph: Buffer): Promise<number> => {
      const score = await scoreAgainst((await rendered(photograph, { width: 320 })).body);
      return (await score(await make(photograph, true))) - (await score(await make(photograph, false)));
    };
    expect(await gainOf(await PHOTOGRAPHS['grainy']!())).toBeGreaterThan(3);
    expect(await gainOf(await PHOTOGRAPHS['out of focus']!())).toBeLessThan(1);
  });

  test('a higher quality is larger, and the same one the same bytes', async () => {
    const photograph = await PHOTOGRAPHS['out of focus']!();
    const bodies = await Promise.all([50, 76, 76, 90].map((asked) => make(photograph, true, asked)));
    expect(bodies[1]).toEqual(bodies[2]);
    expect(bodies[0]!.length).toBeLessThan(bodies[1]!.length);
    expect(bodies[2]!.length).toBeLessThan(bodies[3]!.length);
  });
});

/** The tables by which a JPEG is quantised, which say its quality. */
const tablesOf = (jpeg: Buffer): string =>
  jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xdb])), jpeg.indexOf(Buffer.from([0xff, 0xc2]))).toString('hex');

test('with perceptual: false all photographs have one setting', async () => {
  const tables = async (perceptual: boolean) =>
    Promise.all(
      Object.values(PHOTOGRAPHS).map(async (photograph) =>
        tablesOf((await rendered(await photograph(), { width: 320, target: 'jpeg' }, { perceptual })).body),
      ),
    );
  expect(new Set(await tables(false)).size).toBe(1);
  expect(new Set(await tables(true)).size).toBeGreaterThan(1);
});
