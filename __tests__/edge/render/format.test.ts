import sharp from 'sharp';
import { isFailure } from '../../../edge/failure';
import type { Size } from '../../../edge/size';
import type { Target } from '../../../edge/variant';
import { type FixtureName, fixture, scene } from './fixtures';
import { difference, pictureOf, rendered, tryRender } from './picture';

const MODERN: FixtureName[] = ['photo.jpg', 'photo.png', 'photo.webp', 'photo.avif', 'photo.tiff'];

test.each(MODERN)('%s goes out as the best that each class of viewers takes', async (name) => {
  const types = await Promise.all(
    (['auto.avif', 'auto.webp', 'auto'] as const).map(
      async (target) => (await rendered(name, { width: 200, target })).contentType,
    ),
  );
  expect(types).toEqual(['image/avif', 'image/webp', 'image/jpeg']);
});

test.each<[FixtureName, Target, type: string]>([
  ['fading.png', 'auto.avif', 'image/webp'],
  ['fading.png', 'auto.webp', 'image/webp'],
  ['fading.png', 'auto', 'image/png'],
  ['opaque-alpha.png', 'auto', 'image/jpeg'],
  ['drawing.png', 'auto.avif', 'image/webp'],
  ['drawing.png', 'auto.webp', 'image/webp'],
  ['drawing.png', 'auto', 'image/png'],
  ['clear.svg', 'auto.avif', 'image/webp'],
  ['clear.svg', 'auto', 'image/png'],
])('%s for %s is %s', async (name, target, type) => {
  expect((await rendered(name, { target })).contentType).toBe(type);
});

test.each<[FixtureName, Target, type: string]>([
  ['animated.gif', 'auto.avif', 'image/webp'],
  ['animated.gif', 'auto.webp', 'image/webp'],
  ['animated.webp', 'auto', 'image/gif'],
])('the animation %s for %s is %s', async (name, target, type) => {
  expect((await rendered(name, { width: 100, target })).contentType).toBe(type);
});

test.each<[FixtureName, Target, size: Size, reason: string | undefined]>([
  ['photo.jpg', 'auto.avif', { width: 200 }, 'a photograph'],
  ['photo.jpg', 'auto', { width: 200 }, 'a photograph'],
  ['photo.jpg', 'avif', { width: 200 }, undefined],
  ['fading.png', 'auto', {}, 'a transparent photograph, which JPEG cannot hold'],
  ['drawing.png', 'auto.avif', {}, 'a graphic, foretold to be smaller as WEBP without loss than as AVIF with loss'],
  ['photo.jpg', 'auto.webp', { width: 48 }, 'a small photograph, smaller as WEBP with loss than as WEBP without loss'],
  [
    'animated.gif',
    'auto.avif',
    { width: 100 },
    'an animation, which is not written as AVIF, smaller as WEBP with loss than as WEBP without loss',
  ],
])('the log says why %s for %s has its format', async (name, target, size, reason) => {
  expect((await rendered(name, { ...size, target })).reason).toBe(reason);
});

test('the log says that a picture is too large for a better format', async () => {
  const { reason, contentType } = await rendered('photo.jpg', { width: 200, target: 'auto.avif' }, { seconds: 0.001 });
  expect([contentType, reason]).toEqual(['image/webp', 'a photograph, too large for AVIF']);
});

test.each<Target>(['avif', 'webp', 'jpeg', 'png', 'gif'])(
  '%s by name is obeyed, whatever the original is',
  async (target) => {
    for (const name of ['photo.jpg', 'drawing.png', 'fading.png', 'animated.gif'] as const) {
      const { contentType, body } = await rendered(name, { width: 100, target });
      expect(contentType).toBe(`image/${target}`);
      expect((await sharp(body).metadata()).format).toBe(target === 'avif' ? 'heif' : target);
    }
  },
);

test('the order of the formats in the config decides in a class', async () => {
  const type = async (formats: ('avif' | 'webp')[], name: FixtureName = 'photo.jpg') =>
    (await rendered(name, { target: 'auto.avif' }, { formats })).contentType;
  expect(await type(['webp', 'avif'])).toBe('image/webp');
  expect(await type(['webp'])).toBe('image/webp');
  expect(await type(['avif'])).toBe('image/avif');
  expect(await type(['avif'], 'animated.gif')).toBe('image/gif');
  expect(await type([])).toBe('image/jpeg');
});

test.each<Target>(['auto.avif', 'auto.webp', 'auto', 'webp', 'png'])(
  'a drawing loses nothing as %s',
  async (target) => {
    const { body } = await rendered('drawing.png', { target });
    expect(difference(await pictureOf(body), await pictureOf(await fixture('drawing.png')))).toBe(0);
  },
);

test('a graphic with too many colours to be small without loss goes out with loss', async () => {
  const stripes = scene(1200).extract({ left: 0, top: 0, width: 600, height: 400 });
  const half = await stripes
    .composite([{ input: { create: { width: 600, height: 240, channels: 3, background: '#fff' } }, top: 0, left: 0 }])
    .png()
    .toBuffer();
  expect((await rendered(half, { target: 'auto.avif' })).contentType).toBe('image/avif');
});

test('beyond the pixels that AVIF can have in time, a class goes out as WebP, and AVIF by name stays AVIF', async () => {
  const seconds = 25 * (0.02 / 9);
  const type = async (target: Target) => (await rendered('photo.jpg', { target }, { seconds })).contentType;
  expect(await type('auto.avif')).toBe('image/webp');
  expect(await type('avif')).toBe('image/avif');
});

test('a picture longer than a format holds goes out as one that holds it, or is refused by name', async () => {
  const long = await sharp({ create: { width: 2, height: 17_000, channels: 3, background: '#963' } })
    .png()
    .toBuffer();
  const { contentType, height } = await rendered(long, { width: 320, target: 'auto.webp' });
  expect([contentType, height]).toEqual(['image/png', 17_000]);
  const outcome = await tryRender(long, { width: 320, target: 'webp' });
  expect(isFailure(outcome) && outcome.code).toBe('TOO_LARGE');
});

test.each<Target>(['auto.avif', 'auto.webp', 'auto', 'avif', 'gif', 'png'])(
  'two renders as %s are the same bytes',
  async (target) => {
    for (const name of ['photo.jpg', 'drawing.svg', 'animated.gif'] as const) {
      const variant = { width: 90, height: 90, fit: 'cover', gravity: 'attention', target } as const;
      expect((await rendered(name, variant)).body).toEqual((await rendered(name, variant)).body);
    }
  },
);

test.each<Target>(['avif', 'webp', 'jpeg'])(
  'a higher quality of %s has more bytes and is nearer to the original',
  async (target) => {
    const expected = await pictureOf(scene());
    const of = async (quality: number) => {
      const { body } = await rendered('photo.png', { target, quality });
      return { bytes: body.length, off: difference(await pictureOf(body), expected) };
    };
    const [low, middle, high] = [await of(30), await of(76), await of(95)];
    expect(low.bytes < middle.bytes && middle.bytes < high.bytes).toBe(true);
    expect(low.off > middle.off && middle.off > high.off).toBe(true);
  },
);

test('the same quality looks about the same in every format', async () => {
  const expected = await pictureOf(scene(600));
  const offs = await Promise.all(
    (['avif', 'webp', 'jpeg'] as const).map(async (target) =>
      difference(await pictureOf((await rendered('large.jpg', { target })).body), expected),
    ),
  );
  expect(Math.max(...offs) / Math.min(...offs)).toBeLessThan(1.5);
});
