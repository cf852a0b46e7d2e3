import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { type Failure, failure, tooCostly } from '../failure';
import type { Size } from '../grammar';
import type { RenderSettings } from '.';
import { type Kind, sniff } from './sniff';
import { isSrgb } from './srgb';
import { boundSvg } from './svg';

/** How originals are read. Limits are checked from the header, by kind, so sharp's own of pixels is off. */
export const INPUT: SharpOptions = { failOn: 'error', limitInputPixels: false };

/** What an original's header says of it, whatever its name is. */
export interface Header {
  kind: Kind;
  /** Pixels of one frame, upright. */
  width: number;
  height: number;
  /** Pixels of one frame as they are stored. */
  stored: Required<Size>;
  /** More than 1 for an animation. */
  pages: number;
  /** How much larger an original without pixels of its own may be drawn; 1 for all others. */
  maxScale: number;
  /** Progressive, interlaced: decoded as a whole, at the cost of memory. */
  interlaced: boolean;
  /** Whether a colour profile says no more than sRGB, so that no conversion is needed. */
  srgbProfile: boolean;
  /** Stored without colour: padding would lose its own. */
  grey: boolean;
  /** Whether pixels can be shown as they are: upright, sRGB or grey, 8 bits. */
  plain: boolean;
}

const ANIMATED = new Set<Kind>(['webp', 'gif']);

const unsupported = (): Failure =>
  failure('UNSUPPORTED', 'The original is no image that is read here: JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG.');

export const corrupt = (): Failure => failure('CORRUPT', 'The original is damaged or incomplete.');

/** What sharp and the libraries below it say when there is no memory for what they need; cairo does not name it. */
const OUT_OF_MEMORY = /memory|allocation failed|creating thread|rendering error/i;

/** Why a picture that sharp gave up on cannot be rendered, where it is not for want of memory. */
export const refusalFor = (error: unknown, otherwise: Failure): Failure =>
  OUT_OF_MEMORY.test(String(error)) ? tooCostly('memory') : otherwise;

/** Pictures that sharp stores as 1, 2 or 4 bits a pixel have the colours of 8. */
function isPlain({ orientation = 1, space, depth, bitsPerSample = 8, hasProfile }: Metadata, srgbProfile: boolean) {
  const colours = (space === 'srgb' || space === 'b-w') && (!hasProfile || srgbProfile);
  return orientation === 1 && colours && depth === 'uchar' && bitsPerSample <= 8;
}

/** The renderer of SVG draws sides of up to 32,767 pixels; rounding may add a few. */
const MAX_VECTOR_SIDE = 32_000;

const vectorScale = (width: number, height: number, maxPixels: number): number =>
  Math.min(Math.sqrt(maxPixels / (width * height)), MAX_VECTOR_SIDE / Math.max(width, height));

function headerOf(kind: Kind, metadata: Metadata, maxPixels: number): Header {
  const { width, height } = metadata.autoOrient;
  const srgbProfile = Boolean(metadata.icc && metadata.space === 'srgb' && isSrgb(metadata.icc));
  return {
    kind,
    width,
    height,
    stored: { width: metadata.width, height: metadata.height },
    pages: ANIMATED.has(kind) ? (metadata.pages ?? 1) : 1,
    maxScale: kind === 'svg' ? vectorScale(width, height, maxPixels) : 1,
    interlaced: metadata.isProgressive ?? false,
    srgbProfile,
    grey: metadata.space === 'b-w' || metadata.space === 'grey16',
    plain: isPlain(metadata, srgbProfile),
  };
}

/**
 * Reads the header of an original, after its first bytes have said which kind it is.
 * @returns `UNSUPPORTED` or `CORRUPT` for what cannot be read, `TOO_LARGE` for an SVG that costs too much
 */
export async function inspect(original: Buffer, settings: RenderSettings): Promise<Header | Failure> {
  const kind = sniff(original);
  if (!kind) return unsupported();
  const maxPixels =
    kind === 'svg' ? await boundSvg(original, settings.maxPixels, settings.seconds) : settings.maxPixels;
  if (typeof maxPixels !== 'number') return maxPixels;
  try {
    const metadata = await sharp(original, INPUT).metadata();
    const { format, compression } = metadata;
    if (format !== (kind === 'avif' ? 'heif' : kind)) return unsupported();
    // HEVC inside of the same container: the header can be read, but there is no decoder.
    if (kind === 'avif' && compression !== 'av1') return unsupported();
    return headerOf(kind, metadata, maxPixels);
  } catch (error) {
    return refusalFor(error, kind === 'avif' ? unsupported() : corrupt());
  }
}
