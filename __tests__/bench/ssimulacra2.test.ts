import sharp from 'sharp';
import { type RgbPixels, scorerAgainst } from '../../bench/bytes/ssimulacra2';

const grey = (side: number, levelAt: (x: number, y: number) => number): RgbPixels => ({
  data: Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return levelAt(pixel % side, Math.floor(pixel / side));
  }),
  width: side,
  height: side,
});

const flat = (side: number, level: number): RgbPixels => grey(side, () => level);

/** The generator of Knuth's MMIX, of which each value's bits 33 to 40 are a level. */
function noise(side: number, seed: bigint): RgbPixels {
  let state = seed;
  const next = () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) & 255n);
  };
  return { data: Uint8Array.from({ length: side * side * 3 }, next), width: side, height: side };
}

async function decoded(body: Buffer): Promise<RgbPixels> {
  const { data, info } = await sharp(body)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * Scores that the C++ tool gave for pictures that anybody can make, as imazen/ssimulacra2 has captured them. It counts
 * in 32 bits, which in flat pictures is a good part of the little that there is to count.
 *
 * @see https://github.com/imazen/ssimulacra2/blob/main/ssimulacra2/src/reference_data.rs
 */
const ramp = (x: number) => Math.floor((x * 255) / 63);
test.each([
  ['a ramp against grey', grey(64, ramp), flat(64, 128), -64.56872, 0.01],
  ['noise against grey', noise(64, 42n), flat(64, 128), -47.33573, 0.01],
  ['32 pixels, 20 levels', flat(32, 128), flat(32, 148), 93.79823, 1],
  ['32 pixels, 50 levels', flat(32, 128), flat(32, 178), 85.0141, 0.5],
  ['64 pixels, 10 levels', flat(64, 128), flat(64, 138), 80.24289, 0.2],
  ['64 pixels, 20 levels', flat(64, 128), flat(64, 148), 56.05856, 0.2],
  ['64 pixels, 50 levels', flat(64, 128), flat(64, 178), -8.75942, 0.1],
  ['128 pixels, 20 levels', flat(128, 128), flat(128, 148), 54.27884, 0.1],
  ['128 pixels, 50 levels', flat(128, 128), flat(128, 178), -9.82383, 0.1],
])('scores as the reference implementation: %s', (_name, reference, picture, expected, tolerance) => {
  expect(Math.abs(scorerAgainst(reference)(picture) - expected)).toBeLessThan(tolerance);
});

test('an equal picture has 100 points, and each coarser one fewer', async () => {
  const original = await decoded(
    await sharp({ create: { width: 200, height: 133, channels: 3, background: '#888' } })
      .composite([{ input: Buffer.from(PATTERN) }])
      .png()
      .toBuffer(),
  );
  const score = scorerAgainst(original);
  const { data, width, height } = original;
  const image = () => sharp(data, { raw: { width, height, channels: 3 } });
  const jpegs = await Promise.all(
    [95, 75, 50, 25, 10].map(async (quality) => decoded(await image().jpeg({ quality }).toBuffer())),
  );
  const blurs = await Promise.all([1, 2, 4].map(async (sigma) => decoded(await image().blur(sigma).png().toBuffer())));
  expect(score(original)).toBe(100);
  for (const worse of [jpegs, blurs]) {
    const scores = worse.map((picture) => score(picture));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores[0]).toBeLessThan(100);
  }
});

test('pictures of different size are not compared', () => {
  expect(() => scorerAgainst(flat(16, 0))(flat(8, 0))).toThrow(RangeError);
});

const PATTERN = `<svg width="200" height="133" xmlns="http://www.w3.org/2000/svg">
  <defs><radialGradient id="g"><stop stop-color="#fe8"/><stop offset="1" stop-color="#146"/></radialGradient></defs>
  <rect width="200" height="133" fill="url(#g)"/>
  ${Array.from({ length: 12 }, (_, n) => `<circle cx="${17 * n}" cy="${(n * 37) % 133}" r="${n + 2}" fill="hsl(${n * 30} 60% 50%)"/>`).join('')}
</svg>`;
