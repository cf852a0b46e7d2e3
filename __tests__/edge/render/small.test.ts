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
