/** What an original is, by its first bytes and its header; nothing is decoded but a HEIC. */
import sharp from 'sharp';
import { type Failure, isFailure } from '../failure';
import { coloursOf } from './colour/original';
import { cutCanvas } from './gif/canvas';
import { decodeHeic } from './heif/decode';
import { INPUT } from './pixels';
import { countPngFrames } from './png';
import { corrupt, heicIsOff, overLimit, refusalFor, unsupported } from './refusals';
import { type Kind, isAvifSequence, readable, sniff } from './sniff';
import { readDrawing } from './svg';
import type { Header, Original, RenderSettings } from './types';

/**
 * Reads the header of an original. A HEIC, which sharp does not read, is decoded: from here on it is a TIFF.
 * @returns `UNSUPPORTED` or `CORRUPT` for what cannot be read, `TOO_LARGE` for what is over a limit of its kind
 */
export async function inspect(file: Buffer, settings: RenderSettings): Promise<Original | Failure> {
  const kind = sniff(file);
  if (!kind) return unsupported();
  if (kind === 'heic') {
    const tiff = settings.heic ? decodeHeic(file, settings) : heicIsOff();
    return isFailure(tiff) ? tiff : inspect(tiff, settings);
  }
  const header = kind === 'svg' ? headerOfSvg(file, settings) : await headerOf(file, kind);
  return isFailure(header) ? header : (overLimit(header, settings) ?? { file, header });
}

async function headerOf(file: Buffer, kind: Kind): Promise<Header | Failure> {
  try {
    const metadata = await sharp(readable(file), INPUT).metadata();
    const { format, compression, orientation = 1 } = metadata;
    if (format !== (kind === 'avif' ? 'heif' : kind)) return unsupported();
    // JPEG and others inside of the same container.
    if (kind === 'avif' && compression !== 'av1') return unsupported();
    const colours = coloursOf(file, kind, metadata);
    if (isFailure(colours)) return colours;
    const canvas = kind === 'gif' ? cutCanvas(file) : undefined;
    const { width, height } = canvas ?? metadata.autoOrient;
    const pages = kind === 'webp' || kind === 'gif' ? (metadata.pages ?? 1) : 1;
    return {
      kind,
      width,
      height,
      stored: canvas ?? { width: metadata.width, height: metadata.height },
      pages,
      firstPage: canvas ? 1 : 0,
      frames: Math.max(pages, unreadFrames(file, kind)),
      orientation,
      maxScale: 1,
      interlaced: metadata.isProgressive ?? false,
      ...colours,
    };
  } catch (error) {
    return refusalFor(error, kind === 'avif' ? unsupported() : corrupt());
  }
}

/** Frames of the kinds of which only the first one is read. */
function unreadFrames(file: Buffer, kind: Kind): number {
  if (kind === 'png') return countPngFrames(file);
  return kind === 'avif' && isAvifSequence(file) ? 2 : 1;
}

/** Most pixels of a drawing: its renderer holds several canvases of them. */
const MAX_DRAWN_PIXELS = 16e6;

/** The renderer draws sides of up to 32,767 pixels; rounding may add a few. */
const MAX_DRAWN_SIDE = 32_000;

function headerOfSvg(file: Buffer, { maxPixels }: RenderSettings): Header | Failure {
  const drawing = readDrawing(file);
  if (isFailure(drawing)) return drawing;
  const { width, height } = drawing;
  const pixels = Math.min(maxPixels, MAX_DRAWN_PIXELS);
  const maxScale = Math.min(Math.sqrt(pixels / width / height), MAX_DRAWN_SIDE / Math.max(width, height));
  const still = { pages: 1, firstPage: 0, frames: 1, orientation: 1 };
  return { kind: 'svg', width, height, stored: { width, height }, ...still, maxScale, drawing };
}
