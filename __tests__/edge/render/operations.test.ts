import sharp from 'sharp';
import { presetSchema } from '../../../edge/config/preset-schema';
import { OPERATIONS } from '../../../edge/render/operations/apply';
import { EXAMPLES } from '../../../scripts/preset-docs/examples';
import { CLEAR_DRAWING, SCENE, fixture, scene } from './fixtures';
import { type Picture, colourAt, difference, pictureOf } from './picture';
import { type PresetInput, framesOf, renderPreset } from './preset';

type Field = keyof typeof EXAMPLES;

/** What a field does, seen on a picture before and after. */
type Check = (before: Picture, after: Picture) => void;

/** A picture of pixels of another one. @param from where each is taken from, as `y * width + x` there */
function mapped(picture: Picture, width: number, height: number, from: (x: number, y: number) => number): Picture {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) data.writeUInt32LE(picture.data.readUInt32LE(from(x, y) * 4), at);
  }
  return { data, width, height };
}

const part = (picture: Picture, left: number, top: number, width: number, height: number): Picture =>
  mapped(picture, width, height, (x, y) => (top + y) * picture.width + left + x);

/** What encoders of animations may lose. */
const LOSS = 5;

const expectAlike = (after: Picture, expected: Picture, most = LOSS) =>
  expect(difference(after, expected)).toBeLessThan(most);

const mean = ({ data }: Picture, of: (red: number, green: number, blue: number) => number): number => {
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += of(data[at]!, data[at + 1]!, data[at + 2]!);
  return (sum * 4) / data.length;
};

const lightness = (red: number, green: number, blue: number): number => (red + green + blue) / 3;
const colourfulness = (red: number, green: number, blue: number): number =>
  Math.max(red, green, blue) - Math.min(red, green, blue);

/** How much neighbours in a row differ. */
function contrast(picture: Picture): number {
  const [width, height] = [picture.width - 1, picture.height];
  return difference(part(picture, 0, 0, width, height), part(picture, 1, 0, width, height));
}

const expectNear = (colour: number[], expected: number[]) =>
  expect(Math.max(...colour.map((value, at) => Math.abs(value - expected[at]!)))).toBeLessThan(24);

const WHITE = [255, 255, 255, 255];

const CHECKS: Record<Field, Check> = {
  trim: (before, after) => expectAlike(after, before, 8),
  rotate: (before, after) =>
    expectAlike(
      after,
      mapped(before, before.height, before.width, (x, y) => (before.height - 1 - x) * before.width + y),
    ),
  flip: (before, after) =>
    expectAlike(
      after,
      mapped(before, before.width, before.height, (x, y) => (before.height - 1 - y) * before.width + x),
    ),
  flop: (before, after) =>
    expectAlike(
      after,
      mapped(before, before.width, before.height, (x, y) => y * before.width + before.width - 1 - x),
    ),
  width: (_, after) => expect([after.width, after.height]).toEqual([120, 80]),
  height: (_, after) => expect([after.width, after.height]).toEqual([180, 120]),
  fit: (_, after) => {
    expectNear(colourAt(after, 1, 45), WHITE);
    expectNear(colourAt(after, 178, 45), WHITE);
    expect(mean(part(after, 90, 80, 1, 1), colourfulness)).toBeGreaterThan(30);
  },
  // The sun is at the top: cut off, where the south is kept.
  gravity: (before, after) => expect(mean(after, (red) => red)).toBeLessThan(mean(before, (red) => red) - 5),
  greyscale: (before, after) => {
    expect(mean(after, colourfulness)).toBeLessThan(4);
    expect(Math.abs(mean(after, lightness) - mean(before, lightness))).toBeLessThan(25);
  },
  modulate: (before, after) => {
    expect(mean(after, lightness)).toBeGreaterThan(mean(before, lightness) + 10);
    expect(mean(after, colourfulness)).toBeLessThan(mean(before, colourfulness) * 0.7);
  },
  blur: (before, after) => {
    expect(contrast(after)).toBeLessThan(contrast(before) / 2);
    expect(Math.abs(mean(after, lightness) - mean(before, lightness))).toBeLessThan(4);
  },
  sharpen: (before, after) => expect(contrast(after)).toBeGreaterThan(contrast(before) * 1.1),
  overlay: (before, after) => {
    const [left, top] = [before.width - 8 - 90, before.height - 8 - 30];
    expectAlike(part(after, 0, 0, before.width, top - 2), part(before, 0, 0, before.width, top - 2));
    expectNear(colourAt(after, left + 16, top + 15), [199, 112, 106, 255]);
    expectNear(colourAt(after, left + 62, top + 18), [39, 64, 110, 255]);
  },
  padding: (before, after) => {
    expect([after.width, after.height]).toEqual([before.width + 24, before.height + 24]);
    expectNear(colourAt(after, 5, 5), WHITE);
    expectNear(colourAt(after, after.width - 6, after.height - 6), WHITE);
    expectAlike(part(after, 12, 12, before.width, before.height), before);
  },
  radius: (before, after) => {
    for (const [x, y] of [
      [2, 2],
      [before.width - 3, 2],
      [2, before.height - 3],
      [before.width - 3, before.height - 3],
    ]) {
      expect(colourAt(after, x!, y!)[3]).toBe(0);
    }
    const middle = [35, 35, before.width - 70, before.height - 70] as const;
    expectAlike(part(after, ...middle), part(before, ...middle));
  },
  background: (_, after) => expectNear(colourAt(after, 1, 45), [39, 64, 110, 255]),
  format: (before, after) => expectAlike(after, before, 8),
  quality: (before, after) => {
    expect(difference(after, before)).toBeGreaterThan(2);
    expectAlike(after, before, 20);
  },
};

const BORDER = { top: 40, bottom: 40, left: 60, right: 60, background: '#eeeeee' };

/** Makes each of two originals once. */
function madeOnce(make: (isBordered: boolean) => Promise<Buffer>): (isBordered: boolean) => Promise<Buffer> {
  const made = new Map<boolean, Promise<Buffer>>();
  return (isBordered) => {
    const original = made.get(isBordered) ?? make(isBordered);
    made.set(isBordered, original);
    return original;
  };
}

const still = madeOnce((isBordered) => (isBordered ? scene().extend(BORDER) : scene()).png().toBuffer());

/** The scene, and the same in other colours: a frame that was left out or done twice would show. */
const moving = madeOnce(async (isBordered) => {
  const shades = [scene(), scene().modulate({ hue: 30 }), scene().linear(0.9, 10)];
  const frames = await Promise.all(
    shades.map(async (shade) => {
      const frame = sharp(await shade.png().toBuffer());
      return (isBordered ? frame.extend(BORDER) : frame).png().toBuffer();
    }),
  );
  return sharp(frames, { join: { animated: true } })
    .webp({ lossless: true, delay: [100, 200, 300], loop: 3 })
    .toBuffer();
});

/** The same without the field; a size alone of an original without borders is what is left of one that is trimmed. */
function without(field: Field, preset: PresetInput): PresetInput {
  const { [field]: _, ...rest } = preset;
  return rest;
}

describe.each(Object.keys(EXAMPLES) as Field[])('%s', (field) => {
  const { preset, original } = EXAMPLES[field];
  const isBordered = original === 'bordered';
  const lossy = field === 'quality' || field === 'format';

  test('does to a still what the table says', async () => {
    const before = await renderPreset(await still(false), without(field, preset), lossy ? 'webp' : 'png');
    const after = await renderPreset(await still(isBordered), preset, lossy ? 'webp' : 'png');
    CHECKS[field](await pictureOf(before.body), await pictureOf(after.body));
    expect([after.width, after.height]).toEqual(Object.values(await sizeOf(after.body)));
  });

  test('does the same to every frame of an animation, and keeps its timing', async () => {
    const before = await framesOf((await renderPreset(await moving(false), without(field, preset), 'webp')).body);
    const after = await renderPreset(await moving(isBordered), preset, 'webp');
    expect(after.note).toBeUndefined();
    const frames = await framesOf(after.body);
    expect(frames).toHaveLength(3);
    frames.forEach((frame, at) => CHECKS[field](before[at]!, frame));
    expect(await sharp(after.body).metadata()).toMatchObject({ delay: [100, 200, 300], loop: 3 });
  });
});

async function sizeOf(image: Buffer) {
  const { width, height } = await sharp(image).metadata();
  return { width, height };
}

test('fields are listed in the order in which they are applied', () => {
  const applied = OPERATIONS.map(({ name }) => name as string);
  expect(Object.keys(presetSchema.shape).filter((field) => applied.includes(field))).toEqual(applied);
  expect(Object.keys(EXAMPLES)).toEqual(Object.keys(presetSchema.shape));
});

test('GIFs move with their operations, too', async () => {
  const gif = await renderPreset(await fixture('animated.gif'), { width: 60, radius: 10, padding: 5 }, 'gif');
  const frames = await framesOf(gif.body);
  expect(frames).toHaveLength(6);
  for (const frame of frames) {
    expect([frame.width, frame.height]).toEqual([70, 50]);
    expect(colourAt(frame, 0, 0)[3]).toBe(0);
    expect(colourAt(frame, 35, 2)).toEqual(WHITE);
  }
});

test('an animation that is too large for its operations is its first frame, and says so', async () => {
  const preset = { width: 100, greyscale: true };
  const { frames, viewerNote } = await renderPreset(await fixture('animated.gif'), preset, 'webp', {
    limits: { seconds: 0.2 },
  });
  expect([frames, viewerNote]).toEqual([
    1,
    'first frame: 6 frames of 100x67 are too many pixels for the operations of the preset',
  ]);
});

test('a still that is too large for its operations is refused', async () => {
  const large = await scene().resize(2400, 1600).png({ compressionLevel: 1 }).toBuffer();
  const render = renderPreset(large, { width: 2400, padding: 500 }, 'png', { limits: { seconds: 10 } });
  await expect(render).rejects.toThrow('TOO_LARGE: The preset would have 3400x2600 pixels');
});

test('gravity is that of the picture as it is turned and mirrored', async () => {
  const original = await still(false);
  const whole = await pictureOf((await renderPreset(original, { height: 240, width: 160, rotate: 90 })).body);
  const bottom = await pictureOf(
    (await renderPreset(original, { width: 160, height: 100, gravity: 'south', rotate: 90 })).body,
  );
  expectAlike(bottom, part(whole, 0, 140, 160, 100), 1);
  const left = await pictureOf(
    (await renderPreset(original, { width: 80, height: 160, gravity: 'west', flop: true })).body,
  );
  const mirrored = await pictureOf((await renderPreset(original, { width: 240, flop: true })).body);
  expectAlike(left, part(mirrored, 0, 0, 80, 160), 1);
  const turned = await pictureOf((await renderPreset(original, { width: 160, height: 240, rotate: 270 })).body);
  const top = await pictureOf(
    (await renderPreset(original, { width: 160, height: 100, gravity: 'north', rotate: 270 })).body,
  );
  expectAlike(top, part(turned, 0, 0, 160, 100), 1);
});

test.each<[what: string, preset: PresetInput]>([
  ['padding and corners', { width: 60, height: 60, padding: 6, radius: 12, background: '#27406e' }],
  ['blur', { width: 60, height: 60, blur: 3 }],
  ['an overlay with a margin', { width: 100, height: 80, overlay: { ...EXAMPLES.overlay.preset.overlay!, margin: 5 } }],
  [
    'tiles',
    { width: 100, height: 80, overlay: { ...EXAMPLES.overlay.preset.overlay!, tile: true, margin: 4, scale: 0.2 } },
  ],
])('%s look the same at @2x', async (_, preset) => {
  const original = await still(false);
  const [once, twice] = await Promise.all([1, 2].map((dpr) => renderPreset(original, preset, 'png', { dpr })));
  expect([twice!.width, twice!.height]).toEqual([2 * once!.width, 2 * once!.height]);
  const halved = await pictureOf(sharp(twice!.body).resize(once!.width, once!.height));
  expectAlike(halved, await pictureOf(once!.body), 9);
});

test('where an original has too few pixels for a ratio, padding grows with those that there are', async () => {
  const { width, height } = await renderPreset(await still(false), { width: 160, padding: 10 }, 'png', { dpr: 2 });
  expect([width, height]).toEqual([SCENE.width + 30, SCENE.height + 30]);
});

test.each([
  [{ width: 40, height: 20 }, 'larger than the picture'],
  [{ width: 1, height: 1 }, 'on a single pixel'],
  [{ width: 90, height: 4 }, 'with margins that leave no room'],
])('an overlay on %j, %s, is scaled', async (size) => {
  const overlay = { ...EXAMPLES.overlay.preset.overlay!, margin: 30 };
  const outcome = await renderPreset(await still(false), { ...size, fit: 'fill', overlay });
  expect([outcome.width, outcome.height]).toEqual([size.width, size.height]);
});

test('radius max makes a circle of a square', async () => {
  const circle = await pictureOf(
    (await renderPreset(await still(false), { width: 100, height: 100, radius: 'max' })).body,
  );
  for (const [x, y, isIn] of [
    [50, 1, true],
    [16, 16, true],
    [12, 12, false],
    [0, 0, false],
  ] as const) {
    expect([x, y, colourAt(circle, x, y)[3]! > 127]).toEqual([x, y, isIn]);
  }
});

describe('a transparent background', () => {
  test.each(['png', 'webp', 'avif', 'gif'] as const)('is clear in %s', async (target) => {
    const preset: PresetInput = { width: 100, height: 100, fit: 'contain' };
    const { body } = await renderPreset(await still(false), preset, target, { background: 'transparent' });
    expect(colourAt(await pictureOf(body), 50, 2)[3]).toBe(0);
  });

  test('is white in JPEG', async () => {
    const preset: PresetInput = { width: 100, height: 100, fit: 'contain', background: 'transparent', padding: 4 };
    for (const original of [await still(false), Buffer.from(CLEAR_DRAWING)]) {
      expectNear(colourAt(await pictureOf((await renderPreset(original, preset, 'jpeg')).body), 2, 2), WHITE);
    }
  });

  test('is clear in every frame', async () => {
    const preset: PresetInput = { width: 100, height: 100, fit: 'contain' };
    const { body } = await renderPreset(await moving(false), preset, 'webp', { background: 'transparent' });
    for (const frame of await framesOf(body)) expect(colourAt(frame, 50, 2)[3]).toBe(0);
  });
});

describe('trim', () => {
  test('finds borders of drawings, of turned and of clear pictures', async () => {
    const drawing = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="60"><rect x="20" y="10" width="50" height="40" fill="red"/></svg>',
    );
    const drawn = await renderPreset(drawing, { width: 50, trim: true });
    expect([drawn.width, drawn.height]).toEqual([50, 40]);
    expectNear(colourAt(await pictureOf(drawn.body), 0, 0), [255, 0, 0, 255]);
    const turned = await sharp(await still(true))
      .rotate(-90)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const trimmed = await pictureOf((await renderPreset(turned, { trim: true })).body);
    expectAlike(trimmed, await pictureOf(await still(false)), 2);
  });

  test('leaves no line of the border of an original that is looked at on a smaller copy', async () => {
    const large = await sharp(await still(false))
      .resize(4000, 600, { fit: 'fill' })
      .extend({ ...BORDER, background: '#ff00ff' })
      .png()
      .toBuffer();
    const trimmed = await pictureOf((await renderPreset(large, { trim: 60 }, 'png', { full: 5000 })).body);
    // Two pixels of the original are one of the copy.
    expect(4000 - trimmed.width).toBeGreaterThanOrEqual(0);
    expect(4000 - trimmed.width).toBeLessThanOrEqual(12);
    expect(600 - trimmed.height).toBeLessThanOrEqual(12);
    for (const [x, y] of [
      [0, 300],
      [trimmed.width - 1, 300],
      [2000, 0],
      [2000, trimmed.height - 1],
    ]) {
      const [red, green] = colourAt(trimmed, x!, Math.min(y!, trimmed.height - 1));
      expect(red! - green!).toBeLessThan(60);
    }
  });

  test('leaves a picture of one colour as it is', async () => {
    const plain = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const { width, height } = await renderPreset(plain, { trim: true });
    expect([width, height]).toEqual([30, 20]);
  });
});
