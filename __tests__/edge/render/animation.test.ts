import sharp from 'sharp';
import { readPng, writePngChunk } from '../../../edge/render/png';
import { ANIMATION, SECRET, animation, fixture, turnedWebp } from './fixtures';
import { colourAt, difference, pictureOf, rendered, tryRender } from './picture';

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

const TOO_MANY = [
  ['pixels of all frames', { maxAnimationPixels: 6 * (120 * 80 + 2_000) - 1 }],
  ['time', { seconds: 25 * ((6 * (60 * 40 + 2_000) - 1) / 40e6) }],
] as const;

describe.each(TOO_MANY)('over the limit of %s', (_what, settings) => {
  test.each(['auto.avif', 'auto.webp', 'auto', 'webp'] as const)(
    'a smaller variant as %s is the first frame, and viewers are told so',
    async (target) => {
      const made = await rendered('animated.gif', { width: 60, target }, settings);
      const note = expect.stringContaining('first frame: 6 frames of ');
      expect(made).toMatchObject({ width: 60, height: 40, frames: 1, note, viewerNote: note });
    },
  );

  test.each(['animated.gif', 'animated.webp'] as const)(
    '%s goes out as it is where nothing is to be done to it',
    async (name) => {
      const original = await fixture(name);
      const soiled = Buffer.concat([original, Buffer.from(SECRET)]);
      const note = expect.stringContaining('as it is: 6 frames of 120x80');
      const { body, ...made } = await rendered(soiled, { target: 'auto.avif' }, settings);
      const type = name === 'animated.gif' ? 'image/gif' : 'image/webp';
      expect(made).toEqual({ contentType: type, width: 120, height: 80, frames: 6, note, viewerNote: note });
      expect(body.includes(SECRET)).toBe(false);
      const expected = await framesOf(original);
      const frames = await framesOf(body);
      expect(frames.map((frame, at) => difference(frame, expected[at]!))).toEqual(expected.map(() => 0));
    },
  );

  test('a viewer that does not take its format gets the first frame', async () => {
    const { frames, note } = await rendered('animated.webp', { target: 'auto' }, settings);
    expect([frames, note]).toEqual([1, expect.stringContaining('first frame')]);
  });
});

test('at the limits, all frames are served', async () => {
  const limits = { maxAnimationPixels: 6 * (120 * 80 + 2_000) };
  expect((await rendered('animated.gif', { width: 60, target: 'webp' }, limits)).frames).toBe(6);
});

test('small frames move, however many there are', async () => {
  const original = await animation('gif', '#cde', 320);
  for (const target of ['auto.avif', 'auto'] as const) {
    const { frames, viewerNote } = await rendered(original, { width: 48, target });
    expect([frames, viewerNote]).toEqual([320, undefined]);
  }
});

describe('an animated PNG', () => {
  test.each(['auto.avif', 'auto.webp', 'auto', 'png'] as const)(
    'goes out as it is, cleaned, as %s, where nothing is to be done to it',
    async (target) => {
      const original = await fixture('animated.png');
      const text = writePngChunk('tEXt', Buffer.from(`Comment\0${SECRET}`));
      const soiled = Buffer.concat([original.subarray(0, 33), text, original.subarray(33)]);
      const { body, contentType, frames } = await rendered(soiled, { target });
      expect({ contentType, frames }).toEqual({ contentType: 'image/png', frames: 6 });
      const names = [...readPng(body)].map(({ name }) => name);
      expect(names.filter((name) => name === 'fcTL')).toHaveLength(6);
      expect(names).not.toContain('tEXt');
      expect(body.length).toBeLessThanOrEqual(original.length);
    },
  );

  test.each([{ width: 60, target: 'auto.avif' }, { target: 'webp' }, { target: 'gif' }] as const)(
    'is its first frame as %j, and viewers are told so',
    async (variant) => {
      const note = expect.stringContaining('first frame: frames of an animated PNG are not read');
      expect(await rendered('animated.png', variant)).toMatchObject({ frames: 1, note, viewerNote: note });
    },
  );

  test('is its first frame if there are more pixels than may be unpacked', async () => {
    const { frames } = await rendered('animated.png', { target: 'png' }, { maxAnimationPixels: 10_000 });
    expect(frames).toBe(1);
  });

  test('is its first frame if it is not whole', async () => {
    const original = await fixture('animated.png');
    const lacking = Buffer.concat([original.subarray(0, original.lastIndexOf('fcTL') - 4), writePngChunk('IEND')]);
    expect((await rendered(lacking, { target: 'png' })).frames).toBe(1);
  });
});

test('an animated AVIF is its first frame, and viewers are told so', async () => {
  const { body, ...made } = await rendered('sequence.avif', { target: 'png' });
  const note = expect.stringContaining('first frame: frames of an animated AVIF');
  expect(made).toMatchObject({ width: 32, height: 24, frames: 1, note, viewerNote: note });
  expect(colourAt(await pictureOf(body), 16, 12)[0]).toBeGreaterThan(240);
});

/** Where the white corner of a picture is that is stored in one of eight ways. */
const CORNERS = [
  [1, 'left', 'top'],
  [2, 'right', 'top'],
  [3, 'right', 'bottom'],
  [4, 'left', 'bottom'],
  [5, 'left', 'top'],
  [6, 'right', 'top'],
  [7, 'right', 'bottom'],
  [8, 'left', 'bottom'],
] as const;

test.each(CORNERS)(
  'a WebP with orientation %i is turned, its corner to the %s %s',
  async (orientation, across, down) => {
    const [width, height] = orientation > 4 ? [20, 30] : [30, 20];
    const { body, ...made } = await rendered(await turnedWebp(orientation), { width, target: 'webp', quality: 100 });
    expect(made).toMatchObject({ width, height, frames: 3 });
    expect(await sharp(body).metadata()).toMatchObject({ delay: [100, 200, 300], loop: 2 });
    for (const frame of await framesOf(body)) {
      const [x, y] = [across === 'left' ? 1 : width - 2, down === 'top' ? 1 : height - 2];
      expect(Math.min(...colourAt(frame, x, y))).toBeGreaterThan(220);
      expect(Math.min(...colourAt(frame, width - 1 - x, height - 1 - y))).toBeLessThan(40);
    }
  },
);

/** A GIF whose frames are a blue pixel each, at 5 from the left and the top of its canvas. */
function pixelOn(width: number, height: number, frames: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const frame = '21f904000a0000002c0500050001000100000202440100';
  return Buffer.concat([
    Buffer.from('GIF89a'),
    size,
    Buffer.from('8000000000ffff0000', 'hex'),
    ...Array.from({ length: frames }, () => Buffer.from(frame, 'hex')),
    Buffer.from(';'),
  ]);
}

test.each([
  [640, 480],
  [641, 481],
  [1600, 1200],
  [2100, 60],
])('a canvas of %dx%d stays, however little of it the frames cover', async (width, height) => {
  const still = await pictureOf((await rendered(pixelOn(width, height, 1))).body);
  expect({ width: still.width, height: still.height }).toEqual({ width, height });
  expect([colourAt(still, 5, 5), colourAt(still, width - 1, height - 1)[3]]).toEqual([[0, 0, 255, 255], 0]);
  const moving = await rendered(pixelOn(width, height, 3), { target: 'webp', width: 60 });
  expect(moving).toMatchObject({ width: 60, height: Math.round((60 * height) / width), frames: 3 });
});

test('the size of the canvas counts, not the area that frames cover', async () => {
  expect(await tryRender(pixelOn(65_535, 65_535, 2))).toMatchObject({ code: 'TOO_LARGE' });
});

test('a GIF that lacks only its end is read', async () => {
  const whole = await fixture('photo.gif');
  const picture = await pictureOf((await rendered(whole)).body);
  const cut = await pictureOf((await rendered(whole.subarray(0, -2))).body);
  expect(difference(picture, cut)).toBe(0);
});
