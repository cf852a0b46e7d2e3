import { deflateSync } from 'node:zlib';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { SRGB_COLORANTS, displayProfile, profileTag } from './colour';
import { drawnSize } from './geometry';
import { DISPOSAL, type Gif, type GifFrame, cornerOf, isCanvasCut, readGif, writeGif } from './gif';
import { PNG_SIGNATURE, readPng, writePngChunk } from './png';
import { readable } from './sniff';
import { drawnAt } from './svg';
import type { Geometry, Header, RenderSettings } from './types';

/** How originals are read. Limits are checked from the header, by kind, so sharp's own of pixels is off. */
export const INPUT: SharpOptions = { failOn: 'error', limitInputPixels: false };

/** How the frames of the source are read, which may begin with one that the original does not have. */
export const inputOf = ({ firstPage }: Header): SharpOptions => (firstPage ? { ...INPUT, page: firstPage } : INPUT);

/** The bytes that the decoder gets: the original, or one that it reads as browsers read the original. */
export async function sourceOf(
  original: Buffer,
  header: Header,
  geometry: Geometry,
  { maxPixels }: RenderSettings,
): Promise<Buffer> {
  const { kind, drawing, profile, deep, grey } = header;
  if (drawing) return drawnAt(drawing, drawnSize(header, geometry, drawing.isFitted), maxPixels);
  const bytes = readable(original);
  if (kind === 'gif') return withClearCanvas(bytes);
  if (!profile) return bytes;
  if (!profile.isOwn) {
    const png = kind === 'png' ? bytes : await unpack(sharp(bytes, INPUT), 'srgb');
    return withProfile(png, profile.icc);
  }
  return grey && deep ? greyAsColour(bytes, profile.icc) : bytes;
}

/** Chunks that define the colour space of a PNG. */
const COLOURS = /^(?:cICP|iCCP|sRGB|gAMA|cHRM)$/;

/** Replaces the colour space of a PNG by an ICC profile. */
function withProfile(png: Buffer, icc: Buffer): Buffer {
  const stated = writePngChunk('iCCP', Buffer.from('icc\0\0', 'latin1'), deflateSync(icc));
  const chunks = [...readPng(png)].filter(({ name }) => !COLOURS.test(name));
  return Buffer.concat([
    PNG_SIGNATURE,
    ...chunks.flatMap(({ name, body }) => [writePngChunk(name, body), ...(name === 'IHDR' ? [stated] : [])]),
  ]);
}

/** The pixels as an uncompressed PNG. */
const unpack = (image: Sharp, colourspace: 'srgb' | 'rgb16'): Promise<Buffer> =>
  image.toColourspace(colourspace).png({ compressionLevel: 0 }).toBuffer();

/** The decoder cannot convert 16-bit grey, so its tone curve is applied to red, green and blue. */
async function greyAsColour(original: Buffer, icc: Buffer): Promise<Buffer> {
  const curve = profileTag(icc, 'kTRC');
  if (!curve) return original;
  const pixels = await unpack(sharp(original, { ...INPUT, ignoreIcc: true }).autoOrient(), 'rgb16');
  return withProfile(pixels, displayProfile(SRGB_COLORANTS, curve));
}

const coversCanvas = ({ left, top, width, height }: GifFrame, canvas: Gif): boolean =>
  left === 0 && top === 0 && width >= canvas.width && height >= canvas.height;

/** A colour that no pixel of a frame has; undefined if all are used. */
function unusedColour({ uses }: GifFrame): number | undefined {
  for (let index = 255; index >= 0; index--) if (!uses(index)) return index;
  return undefined;
}

/**
 * A GIF whose canvas is clear where no frame is, and where one is taken back to the background, as in browsers: the
 * decoder takes it so only for frames that have a clear colour. A canvas that the decoder would cut has one
 * frame more, before the others.
 */
function withClearCanvas(original: Buffer): Buffer {
  const gif = readGif(original);
  if (!gif) return original;
  const hasBackground = gif.frames.some(({ disposal }) => disposal === DISPOSAL.background);
  if (!hasBackground && coversCanvas(gif.frames[0]!, gif)) return original;
  const frames = gif.frames.map((frame) => {
    const clear = frame.clear ?? unusedColour(frame);
    return { ...frame, ...(clear !== undefined && { clear }) };
  });
  return writeGif({ ...gif, frames: isCanvasCut(gif) ? [cornerOf(gif), ...frames] : frames });
}
