import sharp from 'sharp';
import type { Target } from '../../../edge/variant';
import { ICON, fixture, scene } from './fixtures';
import { difference, pictureOf, rendered } from './picture';

const icon = (side: number) =>
  sharp(Buffer.from(ICON.replaceAll('"32" height="32" v', `"${side}" height="${side}" v`)))
    .removeAlpha()
    .png()
    .withExif({ IFD0: { Software: 'A program' } })
    .toBuffer();

/** The greatest difference of a channel. */
async function greatest(a: Buffer, b: Buffer): Promise<number> {
  const [one, other] = [await pictureOf(a), await pictureOf(b)];
  return one.data.reduce((most, value, at) => Math.max(most, Math.abs(value - other.data[at]!)), 0);
}

describe.each([16, 32, 64])('an icon of %i pixels', (side) => {
  test.each<Target>(['auto.avif', 'auto.webp', 'auto'])(
    'as %s is as sharp as it was, and no larger',
    async (target) => {
      const original = await icon(side);
      const { body } = await rendered(original, { target });
      expect(await greatest(body, original)).toBeLessThanOrEqual(40);
      expect(body.length).toBeLessThanOrEqual(original.length);
    },
  );

  test.each<Target>(['avif', 'webp', 'jpeg', 'png'])('by name as %s is as sharp as it was', async (target) => {
    const original = await icon(side);
    const { body, contentType } = await rendered(original, { target });
    expect(contentType).toBe(`image/${target}`);
    expect(await greatest(body, original)).toBeLessThanOrEqual(60);
  });
});

/** An icon in quiet colours, of which no loss would stand out. */
const quietIcon = (side: number) => {
  const colours = { '#fff': '#eef', '#e0f': '#b9c4d0', '#0df': '#8fa3b5', '#f20': '#e8d9c0' };
  const quiet = Object.entries(colours).reduce((svg, [loud, soft]) => svg.replaceAll(loud, soft), ICON);
  return sharp(Buffer.from(quiet)).resize(side).removeAlpha().png().toBuffer();
};

test.each([16, 32, 64])(
  'an icon of %i pixels in quiet colours loses nothing where that is not much larger',
  async (side) => {
    const original = await quietIcon(side);
    const { body } = await rendered(original, { target: 'auto.avif' });
    const lossy = await rendered(original, { target: 'avif' });
    expect(await greatest(body, original)).toBe(0);
    expect(body.length).toBeLessThanOrEqual(2 * lossy.body.length);
    expect(body.length).toBeLessThanOrEqual(original.length);
  },
);

test('a small picture has a loss that nobody sees, where it would be larger than the original without', async () => {
  const glow = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60">
    <radialGradient id="glow"><stop stop-color="#fc8"/><stop offset="1" stop-color="#db6"/></radialGradient>
    <rect width="60" height="60" fill="url(#glow)"/>
  </svg>`;
  const original = await sharp(Buffer.from(glow)).removeAlpha().jpeg({ quality: 30 }).toBuffer();
  const variant = { width: 48, target: 'auto.avif' } as const;
  const whole = (await rendered(original, { ...variant, target: 'png' })).body;
  const lossless = await sharp(whole).webp({ lossless: true, effort: 2 }).toBuffer();
  const { body } = await rendered(original, variant);
  expect(lossless.length).toBeGreaterThan(original.length);
  expect(body.length).toBeLessThan(lossless.length);
  expect(await greatest(body, whole)).toBeLessThanOrEqual(40);
});

test.each<Target>(['auto.avif', 'auto.webp', 'auto'])('a small photograph as %s stays with loss', async (target) => {
  const { body } = await rendered('photo.jpg', { width: 64, target });
  const whole = (await rendered('photo.jpg', { width: 64, target: 'png' })).body;
  expect(body.length).toBeLessThan(whole.length / 2);
  expect(difference(await pictureOf(body), await pictureOf(whole))).toBeLessThan(6);
});

test('a picture that is clear in parts keeps its edges', async () => {
  const original = await sharp(await icon(48))
    .ensureAlpha(0.5)
    .png()
    .toBuffer();
  const onBlack = (image: Buffer) => sharp(image).flatten({ background: '#000' }).png().toBuffer();
  for (const target of ['auto.avif', 'auto.webp', 'auto'] as const) {
    const { body } = await rendered(original, { target });
    expect(await greatest(await onBlack(body), await onBlack(original))).toBeLessThanOrEqual(40);
  }
});

test('two pixels more, and a picture is no longer looked at one by one', async () => {
  const { body } = await rendered(await scene().resize(66, 44).png().toBuffer(), { target: 'jpeg' });
  expect((await sharp(body).metadata()).chromaSubsampling).toBe('4:2:0');
  const small = await rendered(await fixture('photo.png'), { width: 64, target: 'jpeg' });
  expect((await sharp(small.body).metadata()).chromaSubsampling).toBe('4:4:4');
});
