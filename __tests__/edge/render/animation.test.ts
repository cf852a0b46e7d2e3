import sharp from 'sharp';
import { ANIMATION } from './fixtures';
import { colourAt, difference, pictureOf, rendered } from './picture';

const framesOf = async (body: Buffer) => {
  const { pages = 1 } = await sharp(body).metadata();
  return Promise.all(Array.from({ length: pages }, (_, page) => pictureOf(sharp(body, { page }))));
};

/** Where the disc is: the mean place of what is red. */
function discOf(picture: { data: Buffer; width: number; height: number }): number {
  const xs = Array.from({ length: picture.width }, (_, x) => x).filter((x) => {
    const [red, green] = colourAt(picture, x, Math.floor(picture.height / 2));
    return red! > 150 && green! < 100;
  });
  return xs.reduce((sum, x) => sum + x, 0) / xs.length;
}

test.each([
  ['animated.gif', 'webp'],
  ['animated.gif', 'gif'],
  ['animated.webp', 'webp'],
  ['animated.webp', 'gif'],
] as const)('%s as %s keeps frames, delays and loops, at the size of one frame', async (name, target) => {
  const { body, ...made } = await rendered(name, { width: 60, target });
  expect(made).toEqual({ contentType: `image/${target}`, width: 60, height: 40, frames: 6 });
  const { pages, delay, loop, width, height } = await sharp(body).metadata();
  expect({ pages, delay, loop, width, height }).toEqual({
    pages: 6,
    delay: ANIMATION.delay,
    loop: ANIMATION.loop,
    width: 60,
    height: 40,
  });
  const places = (await framesOf(body)).map(discOf);
  places.forEach((place, index) => expect(Math.abs(place - (15 + index * 18) / 2)).toBeLessThan(2));
});

test.each(['centre', 'west', 'attention', 'entropy'] as const)(
  'all frames are cropped alike with gravity %s',
  async (gravity) => {
    const variant = { width: 80, height: 80, fit: 'cover', gravity, target: 'webp' } as const;
    const { body, width, height, frames } = await rendered('animated.gif', variant);
    expect({ width, height, frames }).toEqual({ width: 80, height: 80, frames: 6 });
    const places = (await framesOf(body)).map(discOf).filter((place) => place > 14 && place < 66);
    const steps = places.slice(1).map((place, index) => place - places[index]!);
    for (const step of steps) expect(Math.abs(step - 18)).toBeLessThan(2);
  },
);

test('an animation is cropped where its first frame would be', async () => {
  const variant = { width: 80, height: 80, fit: 'cover', gravity: 'attention' } as const;
  const { body } = await rendered('animated.gif', { ...variant, target: 'webp' });
  const still = await pictureOf((await rendered('animated.gif', { ...variant, target: 'png' })).body);
  expect(difference((await framesOf(body))[0]!, still)).toBeLessThan(6);
});

test('a clear ground stays clear in every frame', async () => {
  for (const target of ['webp', 'gif'] as const) {
    const { body } = await rendered('animated-clear.gif', { width: 60, target });
    for (const frame of await framesOf(body)) expect(colourAt(frame, 1, 1)[3]).toBe(0);
  }
});

test.each(['jpeg', 'png', 'avif'] as const)(
  'as %s, an animation is its first frame and no strip of them',
  async (target) => {
    const { body, ...made } = await rendered('animated.gif', { target });
    expect(made).toMatchObject({ width: 120, height: 80, frames: 1, note: expect.stringContaining('first frame') });
    expect(Math.abs(discOf(await pictureOf(body)) - 15)).toBeLessThan(2);
  },
);

test.each([
  ['pixels of all frames', { maxAnimationPixels: 6 * 120 * 80 - 1 }],
  ['time', { seconds: 25 * ((6 * 120 * 80 - 1) / 40e6) }],
] as const)(
  'over the limit of %s, the first frame is served still, and the log is told so',
  async (_what, settings) => {
    for (const target of ['auto.avif', 'auto.webp', 'auto', 'webp'] as const) {
      const made = await rendered('animated.gif', { target }, settings);
      expect(made).toMatchObject({
        width: 120,
        height: 80,
        frames: 1,
        note: expect.stringContaining('first frame: 6 frames of 120x80'),
      });
    }
  },
);

test('at the limits, all frames are served', async () => {
  const limits = { maxAnimationPixels: 6 * (120 * 80 + 2_000) };
  expect((await rendered('animated.gif', { target: 'webp' }, limits)).frames).toBe(6);
});
