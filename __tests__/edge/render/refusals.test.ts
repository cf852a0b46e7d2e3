import { deflateRawSync } from 'node:zlib';
import sharp from 'sharp';
import { isFailure } from '../../../edge/failure';
import type { RenderSettings } from '../../../edge/render/types';
import {
  type FixtureName,
  claimingAvif,
  claimingJpeg,
  claimingPng,
  fixture,
  frameBomb,
  paintScene,
  scene,
} from './fixtures';
import { codedAvif, codedPng } from './fixtures/colours';
import { SETTINGS, difference, pictureOf, rendered, tryRender } from './picture';

async function codeOf(original: Buffer | FixtureName, settings: Partial<RenderSettings> = {}): Promise<string> {
  const outcome = await tryRender(original, { width: 100, target: 'auto.avif' }, settings);
  return isFailure(outcome) ? outcome.code : 'rendered';
}

const text = (content: string) => Buffer.from(content, 'latin1');

test.each<[string, Buffer]>([
  ['an empty file', Buffer.alloc(0)],
  ['a few bytes', text('\xff\xd8\xff')],
  ['plain text', text('This is not an image, whatever it is called.')],
  ['HTML', text('<!DOCTYPE html><html><body><svg xmlns="http://www.w3.org/2000/svg"/></body></html>')],
  ['other XML', text('<?xml version="1.0"?><note>svg</note>')],
  ['JSON', text('{"svg": true, "image": "data"}')],
  ['a PDF', text('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type /Catalog>> endobj')],
  ['a zip archive', Buffer.concat([text('PK\x03\x04\x14\0\0\0\x08\0'), deflateRawSync(Buffer.alloc(500))])],
  ['a gzip archive', text('\x1f\x8b\x08\0\0\0\0\0\0\x03<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a Windows bitmap', text('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0')],
  ['an icon', text('\0\0\x01\0\x01\0\x10\x10\0\0\x01\0 \0h\x04\0\0\x16\0\0\0')],
  ['JPEG XL', text('\0\0\0\x0cJXL \x0d\x0a\x87\x0a\0\0\0\x14ftypjxl ')],
  ['a film', text('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08free')],
  ['a script', text('#!/bin/sh\necho "<svg/>"\n')],
])('%s is unsupported', async (_what, original) => {
  expect(await codeOf(original)).toBe('UNSUPPORTED');
});

test('a photograph of a phone with HEVC in it is unsupported, as there is no decoder', async () => {
  expect(await codeOf('hevc.heic')).toBe('UNSUPPORTED');
});

test.each([
  [16, 'PQ'],
  [18, 'HLG'],
])(
  'a picture of high dynamic range by the transfer %i is unsupported, with a line that says why',
  async (transfer, name) => {
    for (const original of [
      await codedAvif(9, transfer),
      await codedAvif(9, transfer, 10),
      await codedPng(9, transfer),
    ]) {
      const outcome = await tryRender(original, { width: 100, target: 'auto.avif' });
      expect(outcome).toEqual({
        code: 'UNSUPPORTED',
        message: expect.stringContaining(`high dynamic range of ${name}`),
      });
    }
  },
);

test.each<FixtureName>(['photo.png', 'photo.webp', 'photo.avif', 'photo.tiff', 'large.jpg', 'drawing.svg'])(
  'half of %s is corrupt',
  async (name) => {
    const whole = await fixture(name);
    expect(await codeOf(whole.subarray(0, whole.length / 2))).toBe('CORRUPT');
  },
);

test.each<FixtureName>(['photo.jpg', 'photo.png', 'photo.webp', 'photo.gif', 'photo.tiff'])(
  'the first bytes of %s alone are corrupt',
  async (name) => {
    expect(await codeOf((await fixture(name)).subarray(0, 12))).toBe('CORRUPT');
  },
);

test('a GIF is served with the frames that are there', async () => {
  const whole = await fixture('animated.gif');
  const { frames } = await rendered(whole.subarray(0, whole.length * 0.7), { target: 'webp' });
  expect(frames).toBeGreaterThan(1);
});

describe('a JPEG that lacks its tail', () => {
  const PROGRESSIVE = () => scene(600).jpeg({ progressive: true, optimiseScans: false, quality: 80 }).toBuffer();
  const BASELINE = () => scene(600).jpeg({ quality: 80 }).toBuffer();

  test.each([1, 2, 3, 10, 100])('is served if that is %i bytes of a baseline one', async (missing) => {
    const whole = await BASELINE();
    const { body, note } = await rendered(whole.subarray(0, whole.length - missing));
    expect(note).toMatch('recovered');
    expect(difference(await pictureOf(body), await pictureOf(whole))).toBeLessThan(1);
  });

  test('is corrupt if more than the lowest row of blocks is missing', async () => {
    const whole = await BASELINE();
    const rows = Math.ceil(paintScene(600).height / 16);
    expect(await codeOf(whole.subarray(0, whole.length * (1 - 3 / rows)))).toBe('CORRUPT');
  });

  test.each([1, 2, 10, 500])('is served if that is %i bytes of a progressive one', async (missing) => {
    const whole = await PROGRESSIVE();
    const { body, note } = await rendered(whole.subarray(0, whole.length - missing));
    expect(note).toMatch('recovered');
    expect(difference(await pictureOf(body), await pictureOf(whole))).toBeLessThan(3);
  });

  test('is corrupt if a progressive one lacks more than the last bits', async () => {
    const whole = await PROGRESSIVE();
    for (const share of [0.1, 0.3]) expect(await codeOf(whole.subarray(0, whole.length * share))).toBe('CORRUPT');
  });
});

describe('an original whose header is over a limit is refused before it is decoded', () => {
  const PNG = () => fixture('photo.png');
  const PROGRESSIVE = () => fixture('progressive.jpg');

  test.each<[string, () => Promise<Buffer>]>([
    ['a PNG of 50,000 x 50,000', async () => claimingPng(await PNG(), 50_000, 50_000, false)],
    ['a PNG of 1 x 10,000,000', async () => claimingPng(await PNG(), 1, 10_000_000, false)],
    ['a PNG of 65,536 x 1', async () => claimingPng(await PNG(), 65_536, 1, false)],
    ['a PNG just over 50 megapixels', async () => claimingPng(await PNG(), 10_001, 5_000, false)],
    ['an interlaced PNG of 16,000 x 16,000', async () => claimingPng(await PNG(), 16_000, 16_000, true)],
    ['an interlaced PNG of 30 megapixels', async () => claimingPng(await PNG(), 6_000, 5_000, true)],
    ['a progressive JPEG of 16,000 x 16,000', async () => claimingJpeg(await PROGRESSIVE(), 16_000, 16_000)],
    ['a JPEG of 65,000 x 65,000', async () => claimingJpeg(await fixture('photo.jpg'), 65_000, 65_000)],
    ['an AVIF of 20 megapixels', async () => claimingAvif(await fixture('photo.avif'), 5_000, 4_000)],
    ['frames of 10,000 x 10,000', async () => frameBomb(10, 10_000, 10_000)],
  ])('%s', async (_what, make) => {
    const original = await make();
    expect(original.length).toBeLessThan(100_000);
    expect(await codeOf(original)).toBe('TOO_LARGE');
  });

  test('what is as long as a JPEG may be is not, and the line says which side is', async () => {
    const strip = await sharp({ create: { width: 65_535, height: 1, channels: 3, background: '#36c' } })
      .png()
      .toBuffer();
    expect(await codeOf(strip)).toBe('rendered');
    const outcome = await tryRender(claimingPng(strip, 1, 65_536, false));
    expect(isFailure(outcome) && outcome.message).toBe('The original is 65536 pixels long; up to 65535 are allowed.');
  });

  test('the limits are those of the config, each for its kind', async () => {
    const pixels = 240 * 160;
    const at = {
      maxPixels: pixels,
      maxProgressiveJpegPixels: pixels,
      maxInterlacedPngPixels: pixels,
      maxAvifPixels: pixels,
    };
    for (const name of ['photo.jpg', 'progressive.jpg', 'interlaced.png', 'photo.avif', 'photo.tiff'] as const) {
      expect(await codeOf(name, at)).toBe('rendered');
      expect(await codeOf(name, { ...at, maxPixels: pixels - 1 })).toBe('TOO_LARGE');
    }
    expect(await codeOf('progressive.jpg', { ...at, maxProgressiveJpegPixels: pixels - 1 })).toBe('TOO_LARGE');
    expect(await codeOf('interlaced.png', { ...at, maxInterlacedPngPixels: pixels - 1 })).toBe('TOO_LARGE');
    expect(await codeOf('photo.avif', { ...at, maxAvifPixels: pixels - 1 })).toBe('TOO_LARGE');
    expect(await codeOf('photo.jpg', { ...at, maxProgressiveJpegPixels: 1, maxInterlacedPngPixels: 1 })).toBe(
      'rendered',
    );
  });

  test('frames without end are served as a still', async () => {
    const { frames, note } = await rendered(frameBomb(100_000, 16, 16), { target: 'webp' });
    expect([frames, note]).toEqual([1, expect.stringContaining('100000 frames')]);
  });
});

test('every message is one line that says what is wrong', async () => {
  const originals = [Buffer.alloc(0), (await fixture('photo.png')).subarray(0, 5_000), frameBomb(1, 60_000, 60_000)];
  for (const original of originals) {
    const outcome = await tryRender(original, {}, SETTINGS);
    expect(isFailure(outcome) && outcome.message).toMatch(/^[A-Z][^\n]{20,150}\.$/);
  }
});
