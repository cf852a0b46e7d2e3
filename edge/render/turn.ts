import sharp from 'sharp';
import { type Header, INPUT } from './inspect';

/** Whether a stored column or row counts from the far end, by EXIF's orientation. */
const FROM_RIGHT = new Set([2, 3, 6, 7]);
const FROM_BOTTOM = new Set([3, 4, 7, 8]);

/** An animation whose frames are upright: sharp turns stills only. */
export async function turnFrames(original: Buffer, header: Header): Promise<Buffer> {
  const { width, height, stored, pages, orientation, srgbProfile } = header;
  const image = sharp(original, { ...INPUT, pages: -1, ignoreIcc: srgbProfile });
  const { delay, loop } = await image.metadata();
  const pixels = await image.toColourspace('srgb').ensureAlpha().raw().toBuffer();
  const from = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  const to = new Uint32Array(from.length);
  const isTransposed = orientation > 4;
  for (let page = 0, at = 0; page < pages; page++) {
    for (let row = 0; row < stored.height; row++) {
      for (let column = 0; column < stored.width; column++) {
        const across = isTransposed ? row : column;
        const down = isTransposed ? column : row;
        const x = FROM_RIGHT.has(orientation) ? width - 1 - across : across;
        const y = FROM_BOTTOM.has(orientation) ? height - 1 - down : down;
        to[(page * height + y) * width + x] = from[at++]!;
      }
    }
  }
  const raw = { width, height: height * pages, channels: 4 as const, pageHeight: height };
  return sharp(Buffer.from(to.buffer), { raw, limitInputPixels: false })
    .webp({ lossless: true, effort: 0, ...(delay && { delay }), ...(loop !== undefined && { loop }) })
    .toBuffer();
}
