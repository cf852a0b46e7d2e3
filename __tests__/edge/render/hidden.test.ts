import fc from 'fast-check';
import sharp from 'sharp';
import { clean } from '../../../edge/render/clean';
import { SECRET, fixture, scene } from './fixtures';
import {
  ANIMATED_WEBP_HIDINGS,
  EXTENDED_WEBP_HIDINGS,
  GIF_HIDINGS,
  type Hiding,
  JPEG_HIDINGS,
  PALETTE_HIDINGS,
  PNG_HIDINGS,
  WEBP_HIDINGS,
} from './fixtures/hidden';

type Written = 'jpeg' | 'png' | 'gif' | 'webp';

interface Subject {
  kind: Written;
  make: () => Promise<Buffer>;
  hidings: Record<string, Hiding>;
}

const grey = (width: number, height: number) => scene().resize(width, height).threshold(120).toColourspace('b-w');

const SUBJECTS: Record<string, Subject> = {
  'a baseline JPEG': { kind: 'jpeg', make: () => fixture('photo.jpg'), hidings: JPEG_HIDINGS },
  'a progressive JPEG': { kind: 'jpeg', make: () => fixture('progressive.jpg'), hidings: JPEG_HIDINGS },
  'a grey JPEG': { kind: 'jpeg', make: () => fixture('grey.jpg'), hidings: JPEG_HIDINGS },
  'a JPEG with half the colour': {
    kind: 'jpeg',
    make: () => scene().jpeg({ quality: 60, optimiseCoding: false }).toBuffer(),
    hidings: JPEG_HIDINGS,
  },
  'a PNG': { kind: 'png', make: () => fixture('photo.png'), hidings: PNG_HIDINGS },
  'an interlaced PNG': { kind: 'png', make: () => fixture('interlaced.png'), hidings: PNG_HIDINGS },
  'a grey PNG': { kind: 'png', make: () => grey(61, 47).png().toBuffer(), hidings: PNG_HIDINGS },
  'a PNG with transparency': { kind: 'png', make: () => fixture('fading.png'), hidings: PNG_HIDINGS },
  'a PNG with a palette': {
    kind: 'png',
    make: () => fixture('drawing.png').then((png) => sharp(png).png({ palette: true }).toBuffer()),
    hidings: { ...PNG_HIDINGS, ...PALETTE_HIDINGS },
  },
  'a PNG with a clear palette': { kind: 'png', make: () => fixture('palette-clear.png'), hidings: PNG_HIDINGS },
  'a GIF': { kind: 'gif', make: () => fixture('photo.gif'), hidings: GIF_HIDINGS },
  'an animated GIF': { kind: 'gif', make: () => fixture('animated.gif'), hidings: GIF_HIDINGS },
  'a clear GIF': { kind: 'gif', make: () => fixture('animated-clear.gif'), hidings: GIF_HIDINGS },
  'a WebP': { kind: 'webp', make: () => fixture('photo.webp'), hidings: WEBP_HIDINGS },
  'a lossless WebP': {
    kind: 'webp',
    make: () => scene(50).webp({ lossless: true }).toBuffer(),
    hidings: WEBP_HIDINGS,
  },
  'a WebP with transparency': { kind: 'webp', make: () => fixture('fading.webp'), hidings: EXTENDED_WEBP_HIDINGS },
  'an animated WebP': { kind: 'webp', make: () => fixture('animated.webp'), hidings: ANIMATED_WEBP_HIDINGS },
};

/** Pixels, and how they move. */
async function contentOf(file: Buffer) {
  const image = sharp(file, { pages: -1, failOn: 'none', ignoreIcc: true });
  const { width, height, pages, delay, loop, format } = await image.metadata();
  return { width, height, pages, delay, loop, format, pixels: await image.ensureAlpha().raw().toBuffer() };
}

/** Whether a piece of the text is there, as wide as any field that could hold one. */
const hasSecret = (file: Buffer): boolean =>
  Array.from({ length: SECRET.length - 5 }, (_, at) => SECRET.slice(at, at + 6)).some((part) => file.includes(part));

describe.each(Object.entries(SUBJECTS))('%s', (_name, { kind, make, hidings }) => {
  test('has the same pixels after it has been written, and no more bytes', async () => {
    const original = await make();
    const written = (await clean(kind, original, false))!;
    expect(await contentOf(written)).toEqual(await contentOf(original));
    expect(written.length).toBeLessThanOrEqual(original.length + 16);
  });

  test('is written the same a second time', async () => {
    const written = (await clean(kind, await make(), false))!;
    expect((await clean(kind, written, false))!.equals(written)).toBe(true);
  });

  test.each(Object.entries(hidings))('hides nothing in %s', async (_way, hide) => {
    const original = await make();
    const soiled = hide(original);
    // What is packed or cut is not there to be found: the length tells that something was hidden.
    expect(soiled.length).toBeGreaterThan(original.length);
    const written = (await clean(kind, soiled, false))!;
    expect(hasSecret(written)).toBe(false);
    expect((await contentOf(written)).pixels.equals((await contentOf(original)).pixels)).toBe(true);
  });

  test('hides nothing in any two ways', async () => {
    const original = await make();
    const { pixels } = await contentOf(original);
    const ways = fc.constantFrom(...Object.values(hidings));
    await fc.assert(
      fc.asyncProperty(ways, ways, async (first, second) => {
        const written = await clean(kind, second(first(original)), false);
        // Two ways may come to what no decoder takes.
        return !written || (!hasSecret(written) && (await contentOf(written)).pixels.equals(pixels));
      }),
      { numRuns: 15 },
    );
  });
});
