import sharp, { type OutputInfo, type Sharp } from 'sharp';
import type { Variant } from '../grammar';
import type { Rendered, RenderSettings } from '.';
import { type Content, type Format, chooseFormat } from './choose';
import type { Frames } from './frames';
import type { Header } from './inspect';
import { qualityFor } from './quality';

interface Pixels {
  data: Buffer;
  info: OutputInfo;
}

/** A sample of so many pixels tells a photograph from a graphic. */
const SAMPLE = 20_000;

/** A photograph has a new colour in more than one of so many pixels. */
const PIXELS_PER_COLOUR = 16;

/** Few colours for its pixels, looked at before any encoding. */
function isGraphic({ data, info: { channels } }: Pixels): boolean {
  const pixels = data.length / channels;
  const step = Math.max(1, Math.floor(pixels / SAMPLE)) * channels;
  const colours = new Set<number>();
  let seen = 0;
  for (let at = 0; at + channels <= data.length; at += step, seen++) {
    colours.add(data.readUIntBE(at, Math.min(3, channels)));
  }
  return colours.size * PIXELS_PER_COLOUR < seen;
}

function isTransparent({ data, info: { channels } }: Pixels): boolean {
  if (channels !== 4 && channels !== 2) return false;
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 255) return true;
  return false;
}

/**
 * AVIF's effort by pixels of the output, never by the time left: two renders of a variant are the same bytes.
 * Effort 1 takes about 0.4 s for a megapixel, effort 0 a third of it; sharp's default, 4, takes 7 s.
 */
const avifEffort = (pixels: number): number => (pixels <= 2.2e6 ? 1 : 0);

/** mozjpeg takes about 0.16 s for a megapixel, four times of what it saves a tenth of the bytes against. */
const MAX_MOZJPEG_PIXELS = 9e6;

type Write = (image: Sharp, quality: number, content: Content, settings: RenderSettings) => Sharp;

const WRITERS: Record<Format, Write> = {
  avif: (image, quality, { pixels, graphic }) =>
    image.avif({
      quality: qualityFor('avif', quality),
      effort: avifEffort(pixels),
      chromaSubsampling: graphic ? '4:4:4' : '4:2:0',
    }),
  webp: (image, quality, { graphic, animated }) =>
    graphic && !animated
      ? image.webp({ lossless: true, effort: 2 })
      : image.webp({ quality: qualityFor('webp', quality), effort: animated ? 0 : 4 }),
  jpeg: (image, quality, { pixels }, { background }) =>
    image.flatten({ background }).jpeg({
      quality: qualityFor('jpeg', quality),
      mozjpeg: pixels <= MAX_MOZJPEG_PIXELS,
      progressive: true,
    }),
  png: (image, _quality, { graphic }) => image.png({ compressionLevel: 9, adaptiveFiltering: !graphic }),
  gif: (image) => image.gif({ effort: 1 }),
};

function write(image: Sharp, format: Format, content: Content, variant: Variant, settings: RenderSettings) {
  const quality = variant.quality ?? settings.quality;
  return WRITERS[format](image, quality, content, settings).toBuffer({ resolveWithObject: true });
}

const CONTENT_TYPES = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
} as const;

/** The still is resized once, to raw pixels that both decide the format and go into it. */
async function encodeStill(resized: Sharp, variant: Variant, settings: RenderSettings): Promise<[Format, Pixels]> {
  const raw: Pixels = await resized.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = raw.info;
  const content: Content = {
    pixels: width * height,
    animated: false,
    transparent: isTransparent(raw),
    graphic: isGraphic(raw),
  };
  const format = chooseFormat(variant.target, content, settings);
  let image = sharp(raw.data, { raw: { width, height, channels } });
  if ((channels === 4 || channels === 2) && !content.transparent) image = image.removeAlpha();
  return [format, await write(image, format, content, variant, settings)];
}

async function encodeAnimation(
  resized: Sharp,
  header: Header,
  variant: Variant,
  settings: RenderSettings,
): Promise<[Format, Pixels]> {
  const pixels = header.width * header.height;
  const content: Content = { pixels, animated: true, transparent: header.alpha, graphic: false };
  const format = chooseFormat(variant.target, content, settings);
  return [format, await write(resized, format, content, variant, settings)];
}

/** Encodes a resized image in the target's format, or in the best of its class. */
export async function encode(
  resized: Sharp,
  header: Header,
  variant: Variant,
  settings: RenderSettings,
  frames: Frames,
): Promise<Rendered> {
  const [format, { data, info }] =
    frames.count === 1
      ? await encodeStill(resized, variant, settings)
      : await encodeAnimation(resized, header, variant, settings);
  return {
    body: data,
    contentType: CONTENT_TYPES[format],
    width: info.width,
    height: info.pageHeight ?? info.height,
    frames: frames.count === 1 ? 1 : header.pages,
    ...(frames.note && { note: frames.note }),
  };
}
