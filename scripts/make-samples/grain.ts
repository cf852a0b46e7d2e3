import sharp, { type Sharp } from 'sharp';

/** A repeatable source of numbers from 0 to 1. */
export function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export const times = <T>(count: number, each: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => each(index));

/** As many pixels a side as the tile of grain has. */
const TILE = 512;

/** A tile of noise around the middle grey. */
function grainOf(strength: number): Promise<Buffer> {
  const random = randomness(7);
  const tile = Buffer.alloc(TILE * TILE);
  for (let at = 0; at < tile.length; at++) tile[at] = 128 + (random() + random() - 1) * strength;
  return sharp(tile, { raw: { width: TILE, height: TILE, channels: 1 } })
    .blur(0.6)
    .extractChannel(0)
    .raw()
    .toBuffer();
}

/** What `overlay` makes of a value, for each value of the grain. https://www.w3.org/TR/compositing-1/#blendingoverlay */
const OVERLAY = Buffer.from(
  times(256 * 256, (index) => {
    const [drawn, grain] = [(index >> 8) / 255, (index & 255) / 255];
    return Math.round(255 * (drawn <= 0.5 ? 2 * drawn * grain : 1 - 2 * (1 - drawn) * (1 - grain)));
  }),
);

/** Grain, so that a drawing compresses like a photograph. */
export async function withGrain(scene: Buffer, width: number, height: number, strength = 26): Promise<Sharp> {
  const grain = await grainOf(strength);
  // Drawn at its own size first: librsvg would draw the whole scene again for every strip of a large picture.
  const { data, info } = await sharp(scene)
    .flatten({ background: 'white' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width: drawnWidth, height: drawnHeight, channels } = info;
  const pixels = await sharp(data, { raw: { width: drawnWidth, height: drawnHeight, channels } })
    .resize(width, height)
    .raw()
    .toBuffer();
  // Ten times as fast as a composite of libvips, which is what a first start waits for.
  for (let y = 0, at = 0; y < height; y++) {
    const row = (y % TILE) * TILE;
    for (let x = 0; x < width; x++) {
      const noise = grain[row + (x % TILE)]!;
      for (let channel = 0; channel < 3; channel++, at++) pixels[at] = OVERLAY[(pixels[at]! << 8) | noise]!;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
