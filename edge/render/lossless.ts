/**
 * Predicts whether a graphic is smaller with or without loss, so that only one has to be encoded: a formula over its
 * texture. It is fitted to the results of the encoders for screenshots, diagrams, clip art, textures and drawn SVGs, at
 * 320 to 1,280 pixels.
 */
import type { Pixels } from './pixels';
import { type Texture, textureOf } from './texture';
import type { Encoding } from './types';

/** The encoding with or without loss, whichever is predicted to be smaller; both if that is not certain. */
export function likelySmaller(encodings: Encoding[], pixels: Pixels, quality: number): Encoding[] {
  const lossless = encodings.find((encoding) => encoding.lossless);
  const lossy = encodings.find((encoding) => !encoding.lossless);
  const weights = lossless && lossy && WEIGHTS[`${lossy.format} ${lossless.format}`];
  if (!weights) return encodings;
  const texture = textureOf(pixels);
  const ratio = ratioOf(texture, weights) - QUALITY_STEP * (quality - QUALITY);
  if (ratio > SURELY_LARGER) return [lossy];
  const isPlain = texture.flat >= MIN_FLAT && texture.translucent <= MAX_TRANSLUCENT;
  return ratio < SURELY_SMALLER && isPlain ? [lossless] : encodings;
}

/** Weights in the logarithm of the ratio of bytes, without loss to with loss. */
type Weights = Record<Exclude<keyof Texture, 'translucent'> | 'constant', number>;

/** By the formats with and without loss. Pairs that are missing are both encoded. */
const WEIGHTS: Record<string, Weights> = {
  'avif webp': {
    constant: -1.72,
    novel: 0.17,
    unlike: 4.33,
    unforeseen: 0.11,
    strong: -0.09,
    flat: 1.55,
    clear: -0.41,
  },
  'webp webp': {
    constant: -1.49,
    novel: 0.17,
    unlike: 3.33,
    unforeseen: 0.15,
    strong: -0.31,
    flat: 1.47,
    clear: -0.52,
  },
  'jpeg png': { constant: 0.11, novel: 0.1, unlike: 1.55, unforeseen: 0.44, strong: -1.13, flat: 1.67, clear: 0 },
};

/** A predicted logarithm between these is too close to be trusted. */
const [SURELY_SMALLER, SURELY_LARGER] = [-0.05, 0.1];

/**
 * Least share of flat blocks, and most of translucent pixels, for a graphic to be encoded only without loss: gradients
 * and shadows take more bytes than the formula predicts.
 */
const [MIN_FLAT, MAX_TRANSLUCENT] = [0.5, 0.05];

/** Growth of the bytes with loss for each step of quality, as a logarithm. */
const QUALITY_STEP = 0.02;

/** The quality for which the weights were fitted. */
const QUALITY = 76;

/** Keeps the logarithm of a share finite. */
const LEAST = 1e-4;

/** The logarithm of the bytes without loss over those with loss. */
function ratioOf(texture: Texture, weights: Weights): number {
  const { novel, unlike, unforeseen, strong, flat, clear } = texture;
  return (
    weights.constant +
    weights.novel * Math.log(1 + novel) +
    weights.unlike * unlike +
    weights.unforeseen * Math.log(LEAST + unforeseen) +
    weights.strong * strong +
    weights.flat * flat +
    weights.clear * clear
  );
}
