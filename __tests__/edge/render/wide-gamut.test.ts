import sharp from 'sharp';
import { fixture } from './fixtures';
import { WIDE_PROFILES, codedAvif, codedPng, profiledJpeg, strongPng } from './fixtures/colours';
import { colourAt, pictureOf, rendered } from './picture';

const P3 = { colour: 'p3' } as const;

describe.each(Object.entries(WIDE_PROFILES))('an original of %s', (_name, icc) => {
  test('has a profile of its colours and nothing else', async () => {
    for (const target of ['auto.avif', 'auto.webp', 'webp', 'avif'] as const) {
      const { body } = await rendered(await profiledJpeg(icc, 3), { width: 60, target }, P3);
      const { icc: profile, exif, xmp, iptc, space, depth } = await sharp(body).metadata();
      expect(profile!.length).toBeLessThan(500);
      expect([exif, xmp, iptc, space, depth]).toEqual([undefined, undefined, undefined, 'srgb', 'uchar']);
    }
  });

  test.each(['auto', 'jpeg', 'png', 'gif'] as const)('stays sRGB as %s', async (target) => {
    const original = await strongPng(icc);
    const { body } = await rendered(original, { target }, P3);
    expect((await sharp(body).metadata()).hasProfile).toBe(false);
    expect(body.equals((await rendered(original, { target })).body)).toBe(true);
  });

  test('stays sRGB without the setting, and where a preset does something to its pixels', async () => {
    const original = await strongPng(icc);
    const presets = { 'grey-000000': { width: 100, fit: 'inside', blur: 1 } as const };
    const outcomes = [
      await rendered(original, { target: 'auto.webp' }),
      await rendered(original, { preset: 'grey-000000', target: 'auto.webp' }, { ...P3, presets }),
    ];
    for (const { body } of outcomes) expect((await sharp(body).metadata()).hasProfile).toBe(false);
  });
});

test('so do code points that state other primaries, of a PNG and of an AVIF', async () => {
  for (const original of [await codedPng(12, 13), await codedAvif(12, 13), await codedAvif(9, 13, 10)]) {
    const { body } = await rendered(original, { target: 'auto.webp' }, P3);
    expect((await sharp(body).metadata()).hasProfile).toBe(true);
  }
});

test.each(['photo.jpg', 'srgb-profile.jpg', 'photo.png', 'cmyk.jpg', 'animated.webp', 'fading.png'] as const)(
  '%s, which is no wider than sRGB, comes out as without the setting',
  async (name) => {
    for (const target of ['auto.avif', 'auto.webp', 'auto'] as const) {
      const [kept, usual] = [
        await rendered(name, { width: 100, target }, P3),
        await rendered(name, { width: 100, target }),
      ];
      expect(kept.body.equals(usual.body)).toBe(true);
    }
  },
);

test.each([
  [4, 13],
  [5, 13],
  [6, 13],
])('neither are the primaries %i of television', async (primaries, transfer) => {
  const { body } = await rendered(await codedPng(primaries, transfer), { target: 'auto.webp' }, P3);
  expect((await sharp(body).metadata()).hasProfile).toBe(primaries === 4);
});

test('transparency is kept', async () => {
  const fading = await sharp(await fixture('fading.png'))
    .withIccProfile('p3')
    .png()
    .toBuffer();
  const { body } = await rendered(fading, { target: 'auto.webp' }, P3);
  expect((await sharp(body).metadata()).hasProfile).toBe(true);
  const [kept, usual] = [await pictureOf(body), await pictureOf(await fixture('fading.png'))];
  for (const x of [10, 120, 230])
    expect(Math.abs(colourAt(kept, x, 80)[3]! - colourAt(usual, x, 80)[3]!)).toBeLessThan(3);
});

test('padding has the colour of the config, which is one of sRGB', async () => {
  const variant = { width: 300, height: 300, fit: 'contain', gravity: 'centre', target: 'auto.webp' } as const;
  const original = await profiledJpeg(WIDE_PROFILES['Adobe RGB'], 3);
  const { body, width } = await rendered(original, variant, { ...P3, background: '#ff0000' });
  // Without the profile's help: as it is stored.
  const stored = await pictureOf(sharp(body, { ignoreIcc: true }));
  const [red, green, blue] = colourAt(stored, Math.floor(width / 2), 2);
  for (const [value, expected] of [
    [red!, 234],
    [green!, 51],
    [blue!, 35],
  ] as const) {
    expect(Math.abs(value - expected)).toBeLessThan(4);
  }
});
