import sharp, { type Sharp } from 'sharp';
import { encode } from './encoders';
import type { Encoded, Encoding, EncodingInput, RenderSettings } from './types';

/** The settings that encoders depend on. In formats without transparency a transparent background is white. */
export const encoderSettings = ({ quality, background, seconds }: RenderSettings) => ({
  quality,
  background: background === 'transparent' ? 'white' : background,
  seconds,
});

/** The smallest result of all encodings; undefined if there are none. */
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
 * Encodes a small picture without loss; or at a quality at which it looks like the original, if lossless is much
 * larger, or larger than the original while nobody would see the loss.
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

/** Qualities to try after the one that was asked for, on mozjpeg's scale. */
const HIGHER = [90, 97];

/** Errors of the channels of all pixels, of 255. */
interface Loss {
  greatest: number;
  /** At the 99th percentile. */
  percentile99: number;
}

/** The loss of photographs of 64 pixels a side. Icons lose 1.5 times that, and look frayed. */
const MAX_PERCENTILE99 = 36;
const MAX_LOSS = 60;

/** No single pixel is visibly off up to this loss. */
const INVISIBLE_LOSS = 40;

/** Most bytes of a lossless result, in those of the lossy one. A photograph has five times as many. */
const MAX_LOSSLESS_RATIO = 2;

async function lossOf(encoded: Buffer, original: Buffer, background: string): Promise<Loss> {
  // The original has the same profile, whichever it is.
  const decoded = await sharp(encoded, { ignoreIcc: true }).flatten({ background }).raw().toBuffer();
  const losses = original.map((value, at) => Math.abs(value - decoded[at]!)).sort();
  return { greatest: losses.at(-1)!, percentile99: losses[Math.floor(losses.length * 0.99)]! };
}

/** Encodes at the lowest quality whose loss nobody sees. */
async function encodeLossy(image: () => Sharp, encoding: Encoding, input: EncodingInput) {
  const { quality, background } = input;
  const original = await image().flatten({ background }).raw().toBuffer();
  const trials: { encoded: Encoded; loss: Loss }[] = [];
  for (const each of [quality, ...HIGHER.filter((higher) => higher > quality)]) {
    // As a graphic, without chroma subsampling: that is the first loss to be visible.
    const encoded = await encode(image(), encoding, { ...input, quality: each, graphic: true });
    const loss = await lossOf(encoded.data, original, background);
    trials.push({ encoded, loss });
    if (loss.percentile99 <= MAX_PERCENTILE99 && loss.greatest <= MAX_LOSS) break;
  }
  const last = trials.at(-1)!;
  if (last.loss.greatest <= MAX_LOSS) return last;
  // A format that always halves the colour loses single pixels of photographs at any quality.
  return trials.find(({ loss }) => loss.percentile99 <= MAX_PERCENTILE99) ?? last;
}
