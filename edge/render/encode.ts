import sharp, { type Sharp } from 'sharp';
import { encode } from './encoders';
import type { Encoded, Encoding, EncodingInput, RenderSettings } from './types';

/** The part of the settings that encoders look at. In a format without transparency, a transparent background is white. */
export const lookOf = ({ quality, background, seconds }: RenderSettings) => ({
  quality,
  background: background === 'transparent' ? 'white' : background,
  seconds,
});

/** Tries all encodings and keeps the smallest result; undefined if there are none. */
export async function encodeSmallest(
  image: () => Sharp,
  encodings: Encoding[],
  input: EncodingInput,
): Promise<Encoded | undefined> {
  let smallest: Encoded | undefined;
  for (const encoding of encodings) {
    const encoded = await encode(image(), encoding, input);
    if (!smallest || encoded.data.length < smallest.data.length) smallest = encoded;
  }
  return smallest;
}

/**
 * Encodes a small picture: without loss, unless that is much larger, or larger than the original where nobody would see
 * the loss; else at a quality at which it looks like the original.
 * @param originalBytes of the file that was uploaded
 */
export async function encodeSmall(
  image: () => Sharp,
  encodings: Encoding[],
  input: EncodingInput,
  originalBytes: number,
): Promise<Encoded | undefined> {
  const lossless = encodings.find((encoding) => encoding.lossless);
  const lossy = encodings.find((encoding) => !encoding.lossless);
  const exact = lossless && (await encode(image(), lossless, input));
  if (!lossy) return exact;
  const { encoded, loss } = await encodeLossy(image, lossy, input);
  if (!exact || exact.data.length > encoded.data.length * MAX_LOSSLESS_RATIO) return encoded;
  const isNeeded = loss.greatest > INVISIBLE_LOSS || exact.data.length <= originalBytes;
  return isNeeded || exact.data.length <= encoded.data.length ? exact : encoded;
}

/** Qualities that are tried after the one that was asked for, on mozjpeg's scale. */
const HIGHER = [90, 97];

/** How far channels of the pixels are off, of 255. */
interface Loss {
  greatest: number;
  /** At the 99th percentile. */
  percentile99: number;
}

/** What photographs of 64 pixels a side lose at the 99th percentile; icons lose 1.5 times that, and look frayed. */
const MAX_PERCENTILE99 = 36;
const MAX_LOSS = 60;

/** Up to this loss no single pixel is visibly off. */
const INVISIBLE_LOSS = 40;

/** How many times the bytes of one with loss an outcome without loss may have; that of a photograph has five times as many. */
const MAX_LOSSLESS_RATIO = 2;

async function lossOf(encoded: Buffer, original: Buffer, background: string): Promise<Loss> {
  // The original is in the same colour space, whichever it is.
  const decoded = await sharp(encoded, { ignoreIcc: true }).flatten({ background }).raw().toBuffer();
  const losses = original.map((value, at) => Math.abs(value - decoded[at]!)).sort();
  return { greatest: losses.at(-1)!, percentile99: losses[Math.floor(losses.length * 0.99)]! };
}

interface Trial {
  encoded: Encoded;
  loss: Loss;
}

/** The lowest quality whose loss is not seen. */
async function encodeLossy(image: () => Sharp, encoding: Encoding, input: EncodingInput): Promise<Trial> {
  const { quality, background } = input;
  const original = await image().flatten({ background }).toColourspace('srgb').raw().toBuffer();
  const trials: Trial[] = [];
  for (const each of [quality, ...HIGHER.filter((higher) => higher > quality)]) {
    // Chroma subsampling is the first loss to be visible.
    const encoded = await encode(image(), encoding, { ...input, quality: each, graphic: true });
    const loss = await lossOf(encoded.data, original, background);
    trials.push({ encoded, loss });
    if (loss.percentile99 <= MAX_PERCENTILE99 && loss.greatest <= MAX_LOSS) break;
  }
  const last = trials.at(-1)!;
  if (last.loss.greatest <= MAX_LOSS) return last;
  // A format that halves the colour whatever the quality is loses single pixels of photographs.
  return trials.find(({ loss }) => loss.percentile99 <= MAX_PERCENTILE99) ?? last;
}
