import type { Fit, Gravity, Target } from '../../../edge/variant';
import { isFailure } from '../../../edge/failure';
import { DRAWING, type FixtureName, scene } from './fixtures';
import { colourAt, difference, pictureOf, rendered, tryRender } from './picture';

/** Of an original of 240 by 160. */
test.each<[fit: Fit, box: [number | undefined, number | undefined], size: [number, number]]>([
  ['cover', [100, 100], [100, 100]],
  ['cover', [60, 150], [60, 150]],
  ['contain', [100, 100], [100, 100]],
  ['inside', [100, 100], [100, 67]],
  ['outside', [100, 100], [150, 100]],
  ['fill', [100, 100], [100, 100]],
  ['inside', [120, undefined], [120, 80]],
  ['inside', [undefined, 40], [60, 40]],
  ['inside', [undefined, undefined], [240, 160]],
])('%s of a box %j smaller than the original has the size %j', async (fit, [width, height], size) => {
  const box = { ...(width && { width }), ...(height && { height }) };
  const made = await rendered('photo.png', { ...box, fit });
  expect([made.width, made.height]).toEqual(size);
  const { width: stored, height: rows } = await pictureOf(made.body);
  expect([stored, rows]).toEqual(size);
});

test.each<[fit: Fit, box: [number | undefined, number | undefined], size: [number, number]]>([
  ['cover', [300, 300], [160, 160]],
  ['cover', [1000, 100], [240, 24]],
  ['cover', [200, 400], [80, 160]],
  ['contain', [300, 300], [240, 240]],
  ['contain', [960, 160], [960, 160]],
  ['contain', [1920, 320], [960, 160]],
  ['inside', [300, 300], [240, 160]],
  ['outside', [200, 200], [240, 160]],
  ['fill', [480, 480], [160, 160]],
  ['fill', [480, 80], [240, 40]],
  ['inside', [1000, undefined], [240, 160]],
  ['inside', [undefined, 1000], [240, 160]],
])('%s of a box %j that the original does not fill enlarges nothing: %j', async (fit, [width, height], size) => {
  const box = { ...(width && { width }), ...(height && { height }) };
  const made = await rendered('photo.png', { ...box, fit });
  expect([made.width, made.height]).toEqual(size);
});

test('a full size is no longer than the config says', async () => {
  const { width, height } = await rendered('large.jpg', {}, { full: 300 });
  expect([width, height]).toEqual([300, 200]);
});

test.each<[Gravity, left: number, top: number]>([
  ['centre', 40, 0],
  ['west', 0, 0],
  ['east', 80, 0],
  ['northwest', 0, 0],
  ['southeast', 80, 0],
])('cover with gravity %s keeps that part', async (gravity, left, top) => {
  const { body } = await rendered('photo.png', { width: 160, height: 160, fit: 'cover', gravity });
  const expected = scene().extract({ left, top, width: 160, height: 160 });
  expect(difference(await pictureOf(body), await pictureOf(expected))).toBeLessThan(1);
});

test.each<[Gravity, top: number]>([
  ['north', 0],
  ['centre', 40],
  ['south', 80],
])('cover with gravity %s keeps that part of a wide box', async (gravity, top) => {
  const { body } = await rendered('photo.png', { width: 240, height: 80, fit: 'cover', gravity });
  const expected = scene().extract({ left: 0, top, width: 240, height: 80 });
  expect(difference(await pictureOf(body), await pictureOf(expected))).toBeLessThan(1);
});

/** Grey, but for one spot near the right that asks to be looked at. */
const SPOT = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100"><rect width="400" height="100" fill="#999"/>
  <circle cx="340" cy="50" r="30" fill="#f00"/><circle cx="340" cy="50" r="12" fill="#ff0"/></svg>`,
);

test.each<Gravity>(['attention', 'entropy'])('gravity %s finds what there is to see', async (gravity) => {
  const picture = await pictureOf(
    (await rendered(SPOT, { width: 100, height: 100, fit: 'cover', gravity, target: 'png' })).body,
  );
  const reds = Array.from({ length: 100 }, (_, x) => colourAt(picture, x, 50)).filter(([r, g]) => r! - g! > 80);
  expect(reds.length).toBeGreaterThan(20);
});

test('contain pads with the background, on the sides that gravity leaves', async () => {
  const padded = { width: 240, height: 240, fit: 'contain' } as const;
  const settings = { background: '#0000ff' };
  const south = await pictureOf((await rendered('photo.png', { ...padded, gravity: 'south' }, settings)).body);
  expect(colourAt(south, 120, 40)).toEqual([0, 0, 255, 255]);
  expect(colourAt(south, 120, 200)).not.toEqual([0, 0, 255, 255]);
  const centre = await pictureOf((await rendered('photo.png', padded, settings)).body);
  expect([colourAt(centre, 5, 20), colourAt(centre, 5, 230)]).toEqual([
    [0, 0, 255, 255],
    [0, 0, 255, 255],
  ]);
  expect(colourAt(centre, 5, 120)).not.toEqual([0, 0, 255, 255]);
});

test.each<[FixtureName, Target]>([
  ['grey.jpg', 'png'],
  ['1-bit.tiff', 'webp'],
  ['animated.gif', 'gif'],
  ['animated.gif', 'webp'],
])('contain pads %s as %s with the background too, whatever colours it has', async (name, target) => {
  const { body } = await rendered(name, { width: 90, height: 90, fit: 'contain', target }, { background: '#ff9900' });
  const [red, green, blue] = colourAt(await pictureOf(body), 45, 4);
  expect(Math.abs(red! - 255) + Math.abs(green! - 0x99) + blue!).toBeLessThan(20);
});

test('contain with a gravity that looks at the picture pads evenly', async () => {
  const box = { width: 240, height: 240, fit: 'contain' } as const;
  const looking = await rendered('photo.png', { ...box, gravity: 'attention' });
  expect(looking.body).toEqual((await rendered('photo.png', { ...box, gravity: 'centre' })).body);
});

test('a drawing has no pixels of its own: it is drawn as large as the box, and sharp', async () => {
  const large = await rendered('drawing.svg', { width: 960 });
  expect([large.width, large.height]).toEqual([960, 640]);
  const expected = Buffer.from(DRAWING.replace('width="240" height="160"', 'width="960" height="640"'));
  expect(difference(await pictureOf(large.body), await pictureOf(expected))).toBeLessThan(0.5);
});

test('a drawing at full size has the size that it states', async () => {
  const { width, height } = await rendered('drawing.svg');
  expect([width, height]).toEqual([240, 160]);
});

test.each(['wide.png', 'tall.png', 'pixel.png'] as const)('%s keeps at least one pixel on each side', async (name) => {
  const { width, height, body } = await rendered(name, { width: 100, height: 100 });
  expect(Math.min(width, height)).toBe(1);
  expect(await pictureOf(body)).toMatchObject({ width, height });
});

test('a box whose padding has more pixels than any original may have is refused', async () => {
  const outcome = await tryRender('wide.png', { width: 16_384, height: 16_384, fit: 'contain' }, { maxPixels: 1e6 });
  expect(isFailure(outcome) && outcome.code).toBe('TOO_LARGE');
});
