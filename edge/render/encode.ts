import type { OutputInfo, Sharp } from 'sharp';
import type { Encoding } from './choose';
import {
  animatedWebpEffort,
  avifEffort,
  canTryLossless,
  gifEffort,
  pngEffort,
  usesMozjpeg,
  webpEffort,
} from './effort';
import { qualityFor } from './quality';

/** What the encoders' options depend on. */
export interface Subject {
  /** Pixels of all frames together. */
  pixels: number;
  animated: boolean;
  graphic: boolean;
  /** A palette holds all of its colours. */
  palette: boolean;
  /** On mozjpeg's scale. */
  quality: number;
  background: string;
  seconds: number;
}

export interface Encoded extends Encoding {
  data: Buffer;
  info: OutputInfo;
}

function toAvif(image: Sharp, { pixels, graphic, quality, seconds }: Subject): Sharp {
  const effort = avifEffort(pixels, seconds);
  return image.avif({
    quality: qualityFor(`avif${effort}`, quality),
    effort,
    // Half the colour would blur the edges of letters; photographs have none. It costs half as much again.
    chromaSubsampling: graphic && canTryLossless(pixels, seconds) ? '4:4:4' : '4:2:0',
  });
}

function toWebp(image: Sharp, { pixels, animated, graphic, quality, seconds }: Subject, lossless: boolean): Sharp {
  // Efforts over 2 find nothing more in flat colours.
  if (lossless) return image.webp({ lossless, effort: 2 });
  const effort = animated ? animatedWebpEffort(pixels, seconds) : webpEffort(pixels, seconds);
  return image.webp({ quality: qualityFor('webp', quality), effort, smartSubsample: graphic && !animated });
}

function toJpeg(image: Sharp, { pixels, graphic, quality, background, seconds }: Subject): Sharp {
  const mozjpeg = usesMozjpeg(pixels, seconds);
  return image.flatten({ background }).jpeg({
    quality: qualityFor(mozjpeg ? 'mozjpeg' : 'jpeg', quality),
    mozjpeg,
    progressive: true,
    // The search for the best order of scans is two fifths of mozjpeg's time, for 0.8 % of the bytes.
    optimiseScans: false,
    chromaSubsampling: graphic ? '4:4:4' : '4:2:0',
  });
}

function toPng(image: Sharp, { pixels, graphic, palette, seconds }: Subject): Sharp {
  if (palette) return image.png({ palette, quality: 100, dither: 0, compressionLevel: 9 });
  return image.png(graphic ? { compressionLevel: 9 } : pngEffort(pixels, seconds));
}

/** Encodes a picture, or an animation, without any metadata. */
export async function encode(image: Sharp, { format, lossless }: Encoding, subject: Subject): Promise<Encoded> {
  const writers = {
    avif: () => toAvif(image, subject),
    webp: () => toWebp(image, subject, lossless),
    jpeg: () => toJpeg(image, subject),
    png: () => toPng(image, subject),
    // The original's palette may lack the colour of the padding.
    gif: () => image.gif({ ...gifEffort(subject.pixels, subject.seconds), reuse: false }),
  };
  return { format, lossless, ...(await writers[format]().toBuffer({ resolveWithObject: true })) };
}

/** Encodes in each way, and keeps the smallest outcome. */
export async function encodeSmallest(
  image: () => Sharp,
  encodings: Encoding[],
  subject: Subject,
): Promise<Encoded | undefined> {
  let smallest: Encoded | undefined;
  for (const encoding of encodings) {
    const encoded = await encode(image(), encoding, subject);
    if (!smallest || encoded.data.length < smallest.data.length) smallest = encoded;
  }
  return smallest;
}
