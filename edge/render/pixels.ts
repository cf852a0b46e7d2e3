/** Pixels on their way into sharp and out of it. */
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';

/** How originals are read. Limits are checked from the header, by kind, so sharp's own limit of pixels is off. */
export const INPUT: SharpOptions = { failOn: 'error', limitInputPixels: false };

/** How frames are read. The first one may be one that the original does not have. */
export const inputOf = ({ firstPage: page }: { firstPage: number }): SharpOptions => ({ ...INPUT, page });

/** Raw pixels of 8 bits a channel, row after row; channels are 1 to 4, alpha the last of 2 or 4. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

export const hasAlpha = ({ channels }: Pixels): boolean => channels === 2 || channels === 4;

/** Decodes an image. The frames of an animation come one below the other. */
export async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

export const asSharp = ({ data, ...raw }: Pixels): Sharp => sharp(data, { raw, limitInputPixels: false });

/** An animation of frames that stand one below the other. The options of any encoder are added to its timing. */
export const asAnimation = ({ data, ...raw }: Pixels, pageHeight: number, { delay, loop }: Metadata): Sharp =>
  sharp(data, { raw: { ...raw, pageHeight }, limitInputPixels: false }).webp({ delay, loop });
