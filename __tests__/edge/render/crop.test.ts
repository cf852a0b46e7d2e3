import sharp from 'sharp';
import { CROP_PARTS } from '../../../edge/grammar-constants';
import { difference, pictureOf, rendered } from './picture';
import { framesOf } from './preset';

const [WIDTH, HEIGHT] = [240, 160];
const half = CROP_PARTS / 2;

/** Four quarters, each of a colour. */
async function quarters(orientation?: number): Promise<Buffer> {
  const colours = ['#d02020', '#20b030', '#2040d0', '#e0c020'];
  const tiles = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: WIDTH / 2, height: HEIGHT / 2, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const image = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#000' } }).composite(
    tiles.map((input, index) => ({
      input,
      left: (index % 2) * (WIDTH / 2),
      top: Math.floor(index / 2) * (HEIGHT / 2),
    })),
  );
  return orientation
    ? image.withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
    : image.png().toBuffer();
}

const plain = async (width: number, height: number, background: string) =>
  pictureOf(
    await sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer(),
  );

test('a crop is rendered as if the original were no more than that', async () => {
  const original = await quarters();
  const { body, width, height } = await rendered(original, { crop: [half, 0, half, half] });
  expect([width, height]).toEqual([WIDTH / 2, HEIGHT / 2]);
  expect(difference(await pictureOf(body), await plain(width, height, '#20b030'))).toBe(0);
  const small = await rendered(original, { crop: [0, half, half, half], width: 30, height: 30, fit: 'cover' });
  expect(difference(await pictureOf(small.body), await plain(30, 30, '#2040d0'))).toBe(0);
  const large = await rendered(original, { crop: [0, half, half, half], width: 900 });
  expect([large.width, large.height]).toEqual([WIDTH / 2, HEIGHT / 2]);
});

test('it is of the picture as it is shown, upright', async () => {
  // Turned a quarter to the right, what was at the bottom left is at the top left.
  const { body, width, height } = await rendered(await quarters(6), { crop: [0, 0, half, half] });
  expect([width, height]).toEqual([HEIGHT / 2, WIDTH / 2]);
  expect(difference(await pictureOf(body), await plain(width, height, '#2040d0'))).toBeLessThan(4);
});

test.each([0, 6])('an animation is cropped frame by frame, with the orientation %i', async (orientation) => {
  const frames = [
    await quarters(),
    await sharp(await quarters())
      .negate({ alpha: false })
      .toBuffer(),
  ];
  const animation = sharp(frames, { join: { animated: true } });
  const original = await (orientation ? animation.withMetadata({ orientation }) : animation)
    .webp({ lossless: true })
    .toBuffer();
  const variant = { crop: [0, half, half, half], target: 'webp' } as const;
  const seen = await framesOf((await rendered(original, { ...variant, crop: [...variant.crop] })).body);
  expect(seen).toHaveLength(2);
  const [width, height] = orientation ? [HEIGHT / 2, WIDTH / 2] : [WIDTH / 2, HEIGHT / 2];
  const expected = orientation ? ['#e0c020', '#1f3fdf'] : ['#2040d0', '#dfbf2f'];
  for (const [index, frame] of seen.entries()) {
    expect(difference(frame, await plain(width, height, expected[index]!))).toBeLessThan(6);
  }
});

test('a drawing is drawn so large that its part has the pixels', async () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="20" height="40" fill="#d02020"/><rect x="20" width="20" height="40" fill="#20b030"/></svg>',
  );
  const { body, width, height } = await rendered(svg, { crop: [half - 1_000, 0, 2_000, 1_000], width: 300 });
  expect([width, height]).toEqual([300, 150]);
  const picture = await pictureOf(body);
  // The edge between both is sharp: hardly any column is of neither colour.
  const red = await plain(140, 150, '#d02020');
  const left = await pictureOf(sharp(body).extract({ left: 0, top: 0, width: 140, height: 150 }));
  expect(picture.width).toBe(300);
  expect(difference(left, red)).toBe(0);
});

test('an original that would be passed on as it is, is not', async () => {
  const original = await quarters();
  // A part that rounds to all of it but for a line.
  const { body, width, height } = await rendered(original, { crop: [0, 0, CROP_PARTS, CROP_PARTS - 60] });
  expect([width, height]).toEqual([WIDTH, HEIGHT - 1]);
  expect(await pictureOf(body)).toMatchObject({ width: WIDTH, height: HEIGHT - 1 });
});

test('parts that touch have no gap, and the smallest has a pixel', async () => {
  const original = await quarters();
  const widths = await Promise.all(
    [0, 3_333, 6_666].map(async (left, index) => {
      const crop = [left, 0, index === 2 ? CROP_PARTS - left : 3_333, CROP_PARTS];
      return (await rendered(original, { crop })).width;
    }),
  );
  expect(widths.reduce((sum, width) => sum + width, 0)).toBe(WIDTH);
  const one = await rendered(original, { crop: [CROP_PARTS - 1, CROP_PARTS - 1, 1, 1] });
  expect([one.width, one.height]).toEqual([1, 1]);
});
