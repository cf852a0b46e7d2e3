import sharp from 'sharp';
import { SCENE, type FixtureName, scene } from './fixtures';
import { gammaCurve, plainPng, rgbProfile, srgbLight, tableCurve } from './fixtures/colours';
import { colourAt, difference, pictureOf, rendered } from './picture';

/** How far a kind of original may be from the painted scene: what its own encoding has lost. */
test.each<[FixtureName, tolerance: number]>([
  ['photo.jpg', 4],
  ['progressive.jpg', 4],
  ['srgb-profile.jpg', 4],
  ['display-p3.jpg', 5],
  ['cmyk.jpg', 8],
  ['photo.png', 0],
  ['interlaced.png', 0],
  ['16-bit.png', 0.5],
  ['opaque-alpha.png', 0],
  ['photo.webp', 6],
  ['photo.avif', 5],
  ['photo.tiff', 0],
  ['photo.gif', 9],
])('%s comes out in the colours of the scene', async (name, tolerance) => {
  const { body } = await rendered(name);
  expect(difference(await pictureOf(body), await pictureOf(scene()))).toBeLessThanOrEqual(tolerance);
});

test.each(['avif', 'webp', 'jpeg', 'png'] as const)('as %s, the picture is 8 bits of sRGB', async (target) => {
  for (const name of ['display-p3.jpg', 'cmyk.jpg', '16-bit.png'] as const) {
    const { body } = await rendered(name, { width: 120, target });
    const { space, depth, hasProfile } = await sharp(body).metadata();
    expect({ space, depth, hasProfile }).toEqual({ space: 'srgb', depth: 'uchar', hasProfile: false });
    expect(difference(await pictureOf(body), await pictureOf(scene().resize(120)))).toBeLessThan(10);
  }
});

test('a profile of sRGB changes nothing, and one of Display P3 is converted', async () => {
  const bare = await pictureOf((await rendered('photo.jpg')).body);
  const srgb = await pictureOf((await rendered('srgb-profile.jpg')).body);
  expect(difference(bare, srgb)).toBeLessThan(1);
  const p3 = await pictureOf((await rendered('display-p3.jpg')).body);
  expect(difference(bare, p3)).toBeLessThan(5);
});

// As Chromium shows them. Gamma 2.2 is nearly the curve of sRGB, but for the shadows.
test.each([
  ['of sRGB', tableCurve(srgbLight), [12, 60, 20]],
  ['of gamma 2.2', gammaCurve(2.2), [4, 57, 12]],
] as const)('shadows by the primaries of sRGB and the curve %s come out as in browsers', async (_, curve, shown) => {
  const { body } = await rendered(await plainPng(rgbProfile('srgb', curve), [12, 60, 20]));
  const [red, green, blue] = colourAt(await pictureOf(body), 50, 50);
  expect(Math.max(...[red, green, blue].map((value, at) => Math.abs(value! - shown[at]!)))).toBeLessThanOrEqual(2);
});

test('inks come out the same whether they are stored as inks or as luminance and chrominance', async () => {
  const inks = await pictureOf((await rendered('cmyk-bare.jpg')).body);
  const luma = await pictureOf((await rendered('ycck.jpg')).body);
  expect(difference(inks, luma)).toBeLessThan(3);
  const [red, green, blue] = colourAt(inks, 50, 40);
  expect(red! > blue! + 60 && green! > blue! + 40).toBe(true);
});

test('a grey original stays grey', async () => {
  const picture = await pictureOf((await rendered('grey.jpg', { target: 'webp' })).body);
  const [red, green, blue] = colourAt(picture, 120, 140);
  expect(Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!)).toBeLessThan(4);
  expect(difference(picture, await pictureOf(await scene().greyscale().png().toBuffer()))).toBeLessThan(6);
});

test.each(['1-bit.png', '1-bit.tiff'] as const)('%s comes out in black and white', async (name) => {
  const picture = await pictureOf((await rendered(name)).body);
  expect(difference(picture, await pictureOf(scene().threshold(140)))).toBeLessThan(1);
});

test.each(['grey-alpha.png', 'fading.png', 'fading.webp'] as const)('%s keeps its transparency', async (name) => {
  for (const target of ['png', 'webp', 'avif'] as const) {
    const picture = await pictureOf((await rendered(name, { target })).body);
    const alphas = [2, 120, 237].map((x) => colourAt(picture, x, 80)[3]!);
    expect(alphas[0]).toBeLessThan(12);
    expect(Math.abs(alphas[1]! - 128)).toBeLessThan(12);
    expect(alphas[2]).toBeGreaterThan(243);
  }
});

test('a palette with a clear colour keeps it', async () => {
  for (const target of ['png', 'webp', 'gif', 'auto'] as const) {
    const picture = await pictureOf((await rendered('palette-clear.png', { target })).body);
    expect(colourAt(picture, 5, 5)[3]).toBe(0);
    expect(colourAt(picture, 30, 120)[3]).toBe(255);
  }
});

test('where a format has no transparency, the background of the config shows through', async () => {
  const picture = await pictureOf((await rendered('fading.png', { target: 'jpeg' }, { background: '#ff0000' })).body);
  const [red, green] = colourAt(picture, 1, 80);
  expect([red! > 240, green! < 15]).toEqual([true, true]);
  const white = await pictureOf((await rendered('fading.png', { target: 'jpeg' })).body);
  expect(Math.min(...colourAt(white, 1, 80))).toBeGreaterThan(240);
  expect(white).toMatchObject(SCENE);
});
