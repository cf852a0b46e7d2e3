import fc from 'fast-check';
import { FITS, GRAVITIES } from '../../edge/variant';

/** Sides in pixels, some of which a config may list. */
export const side = fc.constantFrom(80, 100, 200, 300, 320, 640, 9_000);
const preset = fc.record(
  { width: side, height: side, fit: fc.constantFrom(...FITS), gravity: fc.constantFrom(...GRAVITIES) },
  { requiredKeys: ['width', 'height'] },
);
/** Configs that differ in all that decides which URLs there are. */
export const config = fc.record(
  {
    sizes: fc
      .subarray(['100x100', '300x300', '320x80', '320w', '640w', '9000w', '480h', 'next', 'unpic'], { minLength: 1 })
      .map((sizes) => [...sizes, 'full']),
    presets: fc.dictionary(fc.constantFrom('thumb', 'card', 'p1'), preset, { maxKeys: 3 }),
    maxDpr: fc.integer({ min: 1, max: 4 }),
    fits: fc.shuffledSubarray([...FITS], { minLength: 1 }),
    gravities: fc.shuffledSubarray([...GRAVITIES], { minLength: 1, maxLength: 3 }),
    formats: fc.shuffledSubarray(['avif' as const, 'webp' as const]),
    qualities: fc.subarray([40, 76, 90]),
    snap: fc.boolean(),
    maxVariants: fc.constant(1_000_000),
  },
  { requiredKeys: ['maxVariants'] },
);
/** Keys of any Unicode, also such as look like a size, a variant or an escape. */
export const key = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('/', '300x300/', '640x.auto', '%41', "'(*)!"),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed() && text !== '');
