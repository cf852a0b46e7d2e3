import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Viewer, withBrowser } from '../../chromium';
import { fixture } from './fixtures';
import { WIDE_PROFILES, FIELD, STRONG_COLOURS, codedAvif, codedPng, profiledJpeg, strongPng } from './fixtures/colours';
import { colourAt, pictureOf, rendered } from './picture';

const P3 = { colour: 'p3' } as const;

/** Littlecms on its own, from the package `liblcms2-utils`. */
const TRANSICC = '/usr/bin/transicc';
if (!existsSync(TRANSICC) && process.env['CI'])
  throw new Error('littlecms is not installed: apt-get install liblcms2-utils');
const withReference = existsSync(TRANSICC) ? withBrowser : test.skip;

let folder: string;
let viewer: Viewer | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profiles-'));
});
afterAll(async () => {
  await viewer?.close();
  rmSync(folder, { recursive: true });
});

/** What littlecms makes of the strong colours. */
function converted(from: Buffer, to: Buffer): number[][] {
  const [input, output] = [join(folder, 'from.icc'), join(folder, 'to.icc')];
  writeFileSync(input, from);
  writeFileSync(output, to);
  return STRONG_COLOURS.map((colour) => {
    const options = {
      input: `${colour.join('\n')}\n`,
      stdio: ['pipe', 'pipe', 'ignore'] as ['pipe', 'pipe', 'ignore'],
    };
    const text = execFileSync(TRANSICC, ['-n', '-t1', `-i${input}`, `-o${output}`], options).toString();
    return text.trim().split(/\s+/).slice(0, 3).map(Number);
  });
}

/** Levels of 255 by which a conversion may be off, and by which it may be for what Display P3 does not have, either. */
const [WITHIN, WITHIN_CUT_OFF] = [2, 7];

/** The fields of a picture that are not as expected. */
function fieldsOff(data: Buffer, width: number, expected: number[][]): string[] {
  const picture = { data, width, height: FIELD };
  return expected.flatMap((colour, field) => {
    const shown = colourAt(picture, (field + 0.5) * FIELD, FIELD / 2);
    const isCutOff = colour.some((value) => value === 0 || value === 255);
    const within = isCutOff ? WITHIN_CUT_OFF : WITHIN;
    return colour.every((value, channel) => Math.abs(value - shown[channel]!) <= within)
      ? []
      : `${shown.join()} in place of ${colour.join()}`;
  });
}

describe.each(Object.entries(WIDE_PROFILES))('an original of %s', (_name, icc) => {
  withReference.each(['auto.avif', 'auto.webp'] as const)(
    'for %s has in Chromium the colours that littlecms makes of it',
    async (target) => {
      viewer ??= await Viewer.open();
      for (const bits of [8, 16] as const) {
        const { body, contentType } = await rendered(await strongPng(icc, bits), { target }, P3);
        const [shown] = await viewer.frames(body, contentType, 'display-p3');
        const expected = converted(icc, WIDE_PROFILES['Display P3']);
        expect(fieldsOff(shown!.data, shown!.width, expected)).toEqual([]);
      }
    },
  );

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
