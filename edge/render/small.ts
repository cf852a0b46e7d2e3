import type { Sharp } from 'sharp';
import sharp from 'sharp';
import type { Encoding } from './choose';
import { type Encoded, type Subject, encode } from './encode';

/** Qualities that are tried after the one that was asked for, on mozjpeg's scale. */
const HIGHER = [90, 97];

/** Of 255: how far a channel of a pixel may be off before an edge in an icon looks frayed. */
const MAX_LOSS = 40;

async function greatestLoss(encoded: Buffer, original: Buffer, background: string): Promise<number> {
  const { data } = await sharp(encoded).flatten({ background }).raw().toBuffer({ resolveWithObject: true });
  let greatest = 0;
  for (let at = 0; at < original.length; at++) greatest = Math.max(greatest, Math.abs(data[at]! - original[at]!));
  return greatest;
}

/** The lowest quality whose loss is not seen; the highest, if it is seen in all. */
async function encodeWithoutSeenLoss(
  image: () => Sharp,
  encoding: Encoding,
  subject: Subject,
): Promise<{ encoded: Encoded; isSeen: boolean }> {
  const { quality, background } = subject;
  const original = await image().flatten({ background }).toColourspace('srgb').raw().toBuffer();
  let encoded: Encoded | undefined;
  for (const each of [quality, ...HIGHER.filter((higher) => higher > quality)]) {
    // Half the colour is what shows first.
    encoded = await encode(image(), encoding, { ...subject, quality: each, graphic: true });
    if ((await greatestLoss(encoded.data, original, background)) <= MAX_LOSS) return { encoded, isSeen: false };
  }
  return { encoded: encoded!, isSeen: true };
}

/** Encodes a small picture in each way, and keeps the smallest outcome of those whose loss is not seen. */
export async function encodeSmall(
  image: () => Sharp,
  encodings: Encoding[],
  subject: Subject,
): Promise<Encoded | undefined> {
  const outcomes: { encoded: Encoded; isSeen: boolean }[] = [];
  for (const encoding of encodings) {
    outcomes.push(
      encoding.lossless
        ? { encoded: await encode(image(), encoding, subject), isSeen: false }
        : await encodeWithoutSeenLoss(image, encoding, subject),
    );
  }
  const unseen = outcomes.filter(({ isSeen }) => !isSeen);
  const [smallest] = (unseen.length > 0 ? unseen : outcomes)
    .map(({ encoded }) => encoded)
    .sort((a, b) => a.data.length - b.data.length);
  return smallest;
}
