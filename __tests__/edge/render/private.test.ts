import sharp from 'sharp';
import type { Target } from '../../../edge/variant';
import { SECRET, fixture } from './fixtures';
import { rendered } from './picture';

test('the original has private data in every place', async () => {
  const bytes = await fixture('private.jpg');
  const { exif, xmp, iptc } = await sharp(bytes).metadata();
  expect([exif, xmp, iptc].map((part) => part?.includes(SECRET))).toEqual([true, true, true]);
  expect(bytes.toString('latin1').split(SECRET).length - 1).toBeGreaterThanOrEqual(6);
});

test.each<Target>(['auto.avif', 'auto.webp', 'auto', 'avif', 'webp', 'jpeg', 'png', 'gif'])(
  'no metadata is in a variant as %s, resized or not',
  async (target) => {
    for (const size of [{}, { width: 100 }]) {
      const { body } = await rendered('private.jpg', { ...size, target });
      const { exif, xmp, iptc, icc, orientation } = await sharp(body).metadata();
      expect({ exif, xmp, iptc, icc, orientation }).toEqual({});
      expect(body.includes(SECRET)).toBe(false);
      expect(/GPS|Exif|http:/.test(body.toString('latin1'))).toBe(false);
    }
  },
);
