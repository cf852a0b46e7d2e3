import sharp from 'sharp';
import type { Point } from '../../../edge/focus';
import type { Variant } from '../../../edge/variant';
import { DRAWING, SCENE, animation, scene, turnedJpeg, turnedWebp } from './fixtures';
import { type Picture, colourAt, difference, pictureOf, rendered } from './picture';
import { type PresetInput, framesOf, renderPreset } from './preset';

type Size = { width: number; height: number };

const { width: WIDTH, height: HEIGHT } = SCENE;

const POINTS: Point[] = [0, 0.2, 0.5, 0.77, 1].flatMap((x) => [0, 0.31, 1].map((y) => ({ x, y })));

/** Boxes of one scale to the scene: square, wide and tall, and of the scene's own shape. */
const BOXES = [
  { width: 160, height: 160 },
  { width: 240, height: 60 },
  { width: 40, height: 160 },
  { width: 240, height: 160 },
];

const cover = (box: Size): Partial<Variant> => ({
  ...box,
  fit: 'cover',
  gravity: 'focus',
});

/** Where a part of a length begins that has a point in its middle, or as near to it as it can be. */
const startOf = (point: number, all: number, part: number): number => {
  const starts = Array.from({ length: all - part + 1 }, (_, start) => start);
  const offset = (start: number) => Math.abs(start + part / 2 - point * all);
  return starts.reduce((best, start) => (offset(start) < offset(best) ? start : best));
};

/** The crop of a picture around a point, by looking at all that there are. */
const expectedCrop = ({ x, y }: Point, box: Size, all: Size = { width: WIDTH, height: HEIGHT }) => ({
  left: startOf(x, all.width, box.width),
  top: startOf(y, all.height, box.height),
  ...box,
});

test.each(BOXES)('%j has the point as near to its middle as it can be', async (box) => {
  for (const point of POINTS) {
    const { body } = await rendered('photo.png', cover(box), {}, point);
    const expected = await pictureOf(scene().extract(expectedCrop(point, box)));
    expect([point, difference(await pictureOf(body), expected) < 1]).toEqual([point, true]);
  }
});

test('the crop of a larger original is the same part, smaller', async () => {
  const box = { width: 100, height: 40 };
  for (const point of POINTS) {
    const { body } = await rendered('large.jpg', cover(box), {}, point);
    const whole = await scene(600).resize(100).png().toBuffer();
    const { height } = await sharp(whole).metadata();
    const expected = sharp(whole).extract(expectedCrop(point, box, { width: 100, height }));
    expect([point, difference(await pictureOf(body), await pictureOf(expected)) < 4]).toEqual([point, true]);
  }
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'the point is one of the upright picture with orientation %i',
  async (orientation) => {
    const box = { width: 60, height: 120 };
    for (const point of [
      { x: 0.1, y: 0.2 },
      { x: 0.7, y: 0.9 },
    ]) {
      const expected = await pictureOf(
        scene()
          .resize({ height: 120 })
          .extract(expectedCrop(point, box, { width: 180, height: 120 })),
      );
      const still = await rendered(await turnedJpeg(orientation), cover(box), {}, point);
      expect(difference(await pictureOf(still.body), expected)).toBeLessThan(4);
    }
  },
);

test('without a point the middle counts, to the byte', async () => {
  for (const box of BOXES) {
    const none = await rendered('photo.jpg', { ...cover(box), target: 'jpeg' });
    const centre = await rendered('photo.jpg', { ...cover(box), gravity: 'centre', target: 'jpeg' });
    expect(none.body).toEqual(centre.body);
  }
});

test.each(['centre', 'west', 'attention'] as const)(
  'another gravity than focus takes no notice of the point: %s',
  async (gravity) => {
    const variant = { width: 80, height: 160, fit: 'cover', gravity } as const;
    const { body } = await rendered('photo.png', variant, {}, { x: 1, y: 1 });
    expect(body).toEqual((await rendered('photo.png', variant)).body);
  },
);

test.each(['contain', 'inside', 'outside', 'fill'] as const)(
  '%s cuts nothing off, so the point is of no use',
  async (fit) => {
    const gravity = fit === 'contain' ? { gravity: 'focus' as const } : {};
    const variant = { width: 120, height: 120, fit, ...gravity };
    const { body } = await rendered('photo.png', variant, {}, { x: 1, y: 1 });
    expect(body).toEqual((await rendered('photo.png', variant)).body);
    if (fit !== 'contain') return;
    expect(body).toEqual((await rendered('photo.png', { ...variant, gravity: 'centre' })).body);
  },
);

/** A part of a picture that was not resized. */
const partOf = ({ data, width, height }: Picture, crop: Size & { left: number; top: number }): Promise<Picture> =>
  pictureOf(sharp(data, { raw: { width, height, channels: 4 } }).extract(crop));

test('every frame of an animation is cropped around the point', async () => {
  const box = { width: 100, height: 80 };
  const point = { x: 0.95, y: 0.5 };
  const original = await animation('webp');
  const whole = await framesOf(original);
  const shown = await framesOf((await rendered(original, { ...cover(box), target: 'webp' }, {}, point)).body);
  expect(shown).toHaveLength(whole.length);
  for (const [index, frame] of whole.entries()) {
    const off = async (left: number) => difference(shown[index]!, await partOf(frame, { ...box, left, top: 0 }));
    // At the right, where the crop ends, and not in the middle.
    expect(await off(20)).toBeLessThan((await off(10)) / 2);
  }
});

test('the point of an animation that EXIF turns is one of the upright frames', async () => {
  const original = await turnedWebp(6);
  const whole = await framesOf((await rendered(original, { target: 'webp', quality: 100 })).body);
  expect([whole[0]!.width, whole[0]!.height]).toEqual([40, 60]);
  const point = { x: 0.9, y: 0.5 };
  const variant = { ...cover({ width: 20, height: 60 }), target: 'webp' } as const;
  const shown = await framesOf((await rendered(original, variant, {}, point)).body);
  expect(shown).toHaveLength(3);
  for (const [index, frame] of whole.entries()) {
    const expected = await partOf(frame, { width: 20, height: 60, left: 20, top: 0 });
    expect(difference(shown[index]!, expected)).toBeLessThan(6);
  }
});

test('a drawing is drawn whole, and cropped around the point', async () => {
  const box = { width: 200, height: 400 };
  const whole = await sharp(Buffer.from(DRAWING.replace('width="240" height="160"', 'width="600" height="400"')))
    .png()
    .toBuffer();
  for (const point of [
    { x: 0, y: 0 },
    { x: 0.6, y: 0.5 },
    { x: 1, y: 1 },
  ]) {
    const { body } = await rendered('drawing.svg', cover(box), {}, point);
    const expected = sharp(whole).extract(expectedCrop(point, box, { width: 600, height: 400 }));
    expect(difference(await pictureOf(body), await pictureOf(expected))).toBeLessThan(1);
  }
});

/** A grey picture with a red spot, and where its middle is. */
const SPOT = { x: 0.7, y: 0.25 };
const spotted = (border = 0) =>
  sharp({ create: { width: 400, height: 200, channels: 3, background: '#999' } })
    .composite([{ input: { create: { width: 20, height: 20, channels: 3, background: '#f00' } }, left: 270, top: 40 }])
    .png()
    .toBuffer()
    .then((picture) =>
      sharp(picture).extend({ left: border, top: border, right: 0, bottom: 0, background: '#fff' }).png().toBuffer(),
    );

/** The middle of what is red. */
function spotIn(picture: Picture): [x: number, y: number] {
  const found: [number, number][] = [];
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const [red, green] = colourAt(picture, x, y);
      if (red! > 200 && green! < 60) found.push([x, y]);
    }
  }
  const mean = (at: 0 | 1) => found.reduce((sum, place) => sum + place[at], 0) / found.length;
  return [Math.round(mean(0)), Math.round(mean(1))];
}

test.each<PresetInput>([
  { rotate: 90 },
  { rotate: 180 },
  { rotate: 270 },
  { flip: true },
  { flop: true },
  { rotate: 90, flip: true },
  { rotate: 270, flop: true },
])('the point turns with the picture: %j', async (turn) => {
  const preset = { ...turn, width: 60, height: 60 };
  const { body } = await renderPreset(await spotted(), preset, 'png', { focus: SPOT });
  const [x, y] = spotIn(await pictureOf(body));
  // In the middle across; the spot is near the edge of the picture along, where the crop ends.
  const isSideways = turn.rotate === 90 || turn.rotate === 270;
  const [across, along] = isSideways ? [y, x] : [x, y];
  expect(Math.abs(across - 29.5)).toBeLessThan(3);
  expect(Math.min(along, 59 - along)).toBeGreaterThan(10);
});

test('the point stays where it is in the picture when borders are cut off', async () => {
  const border = 100;
  const all = { width: 500, height: 300 };
  const focus = { x: (border + SPOT.x * 400) / all.width, y: (border + SPOT.y * 200) / all.height };
  const { body } = await renderPreset(await spotted(border), { trim: true, width: 100, height: 200 }, 'png', { focus });
  expect(spotIn(await pictureOf(body))).toEqual([50, 50]);
  const inBorder = { focus: { x: 0, y: 0 } };
  const { body: clamped } = await renderPreset(
    await spotted(border),
    { trim: true, width: 350, height: 200 },
    'png',
    inBorder,
  );
  expect(spotIn(await pictureOf(clamped))).toEqual([280, 50]);
});
