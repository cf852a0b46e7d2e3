import type { Pixels } from './pixels';

/** The texture of a picture, over a sample of its pixels. All but `novel` are shares. */
export interface Texture {
  /** Pixels unlike their left and upper neighbours whose colour was not among the last ones. */
  novel: number;
  /** Pixels unlike their left and upper neighbours. */
  unlike: number;
  /** Those of them that are not what followed the same three neighbours the last time. */
  unforeseen: number;
  /** Those of the pixels unlike both that differ strongly. */
  strong: number;
  /** Blocks in which no pixel is unlike both. */
  flat: number;
  clear: number;
  /** Neither clear nor opaque. */
  translucent: number;
}

/** Measures the texture of a picture: the same for the same pixels, on every machine. */
export function textureOf({ data, width, height, channels }: Pixels): Texture {
  const colours = new Int32Array(1 << COLOUR_BITS);
  const followers = new Int32Array(1 << NEIGHBOUR_BITS);
  const above = new Int32Array(width);
  const isBusy = new Uint8Array(Math.ceil(width / BLOCK));
  let [pixels, unlike, unforeseen, novel, strong, clear, opaque] = [0, 0, 0, 0, 0, 0, 0];
  let [blocks, busy] = [0, 0];
  for (const top of bandsOf(width, height)) {
    const bottom = Math.min(height, top + BLOCK);
    for (let x = 0; x < width; x++) above[x] = colourAt(data, (top * width + x) * channels, channels);
    isBusy.fill(0);
    for (let y = top + 1; y < bottom; y++) {
      let at = y * width * channels;
      let left = colourAt(data, at, channels);
      let corner = above[0]!;
      above[0] = left;
      for (let x = 1; x < width; x++) {
        at += channels;
        const colour = colourAt(data, at, channels);
        const up = above[x]!;
        if (colour === 0) clear++;
        else if (colour >>> 24 === 255) opaque++;
        const neighbours = imul(left, 0x9e3779b1) ^ imul(up, 0x85ebca6b) ^ imul(corner, 0xc2b2ae35);
        const follower = neighbours >>> (32 - NEIGHBOUR_BITS);
        if (colour !== left && colour !== up) {
          unlike++;
          isBusy[x >> 3] = 1;
          if (followers[follower] !== colour) unforeseen++;
          const known = imul(colour, 0x9e3779b1) >>> (32 - COLOUR_BITS);
          if (colours[known] !== colour) novel++;
          colours[known] = colour;
          const green = greenOf(colour);
          if (abs(green - greenOf(left)) + abs(green - greenOf(up)) > STRONG) strong++;
        }
        followers[follower] = colour;
        corner = up;
        above[x] = colour;
        left = colour;
      }
      pixels += width - 1;
    }
    for (const each of isBusy) busy += each;
    blocks += isBusy.length;
  }
  const [all, changed] = [Math.max(1, pixels), Math.max(1, unlike)];
  return {
    novel,
    unlike: unlike / all,
    unforeseen: unforeseen / all,
    strong: strong / changed,
    flat: 1 - busy / blocks,
    clear: clear / all,
    translucent: (pixels - clear - opaque) / all,
  };
}

/** Pixels in the sample: 1 ms of time. */
const SAMPLE = 65_536;

/** Side of a block, as encoders have it, and rows of a band of the sample. */
const BLOCK = 8;

/** A pixel differs strongly if green differs by more than this from both neighbours together. */
const STRONG = 48;

/** Bits of the hashes of colours and of neighbourhoods. */
const [COLOUR_BITS, NEIGHBOUR_BITS] = [12, 13];

const { abs, imul } = Math;

/** Top rows of the bands that are sampled, evenly over the height. */
function bandsOf(width: number, height: number): number[] {
  const all = Math.ceil(height / BLOCK);
  const count = Math.min(all, Math.max(1, Math.floor(SAMPLE / (width * BLOCK))));
  return Array.from({ length: count }, (_, band) => Math.floor((band * all) / count) * BLOCK);
}

/** A pixel as one number, the same for all that are clear. */
function colourAt(data: Buffer, at: number, channels: number): number {
  const alpha = channels === 4 ? data[at + 3]! : channels === 2 ? data[at + 1]! : 255;
  if (alpha === 0) return 0;
  const red = data[at]!;
  return channels < 3
    ? red | (red << 8) | (alpha << 24)
    : red | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (alpha << 24);
}

const greenOf = (colour: number): number => (colour >> 8) & 255;
