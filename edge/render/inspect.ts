import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { type Failure, failure, isFailure, tooCostly } from '../failure';
import type { Size } from '../variant';
import type { RenderSettings } from '.';
import { type CodePoints, codePointsOf, hdrOf, profileOf } from './cicp';
import { countPngFrames } from './png';
import { type Kind, isAvifSequence, readableBrand, sniff } from './sniff';
import { isSrgb } from './srgb';
import { type Drawing, readDrawing } from './svg';

/** How originals are read. Limits are checked from the header, by kind, so sharp's own of pixels is off. */
export const INPUT: SharpOptions = { failOn: 'error', limitInputPixels: false };

/** What an original's header says of it, whatever its name is. */
export interface Header {
  kind: Kind;
  /** Pixels of one frame, upright; of an SVG its own size, which need not be whole pixels. */
  width: number;
  height: number;
  /** Pixels of one frame as they are stored. */
  stored: Required<Size>;
  /** Frames that are read; more than 1 for an animation. */
  pages: number;
  /** Frames that the file has, read or not; 2 for a sequence whose frames nobody counts. */
  frames: number;
  /** EXIF's number of how it is stored, from 1 to 8. */
  orientation: number;
  /** How much larger an original without pixels of its own may be drawn; 1 for all others. */
  maxScale: number;
  /** An SVG, as far as it is read. */
  drawing?: Drawing;
  /** Progressive, interlaced: decoded as a whole, at the cost of memory. */
  interlaced: boolean;
  /** Whether a colour profile says no more than sRGB, so that no conversion is needed. */
  srgbProfile: boolean;
  /** A colour profile or other statement of colours that are not those of sRGB. */
  profile?: Profile;
  /** Stored with 16 bits, or so read. */
  deep: boolean;
  /** Stored without colour: padding would lose its own. */
  grey: boolean;
  /** Whether pixels can be shown as they are: upright, sRGB or grey, 8 bits. */
  plain: boolean;
}

/** Where the colours of an original are stated: in its own ICC profile, or in one that says the same as its header. */
export type Profile = { icc: Buffer; isOwn: boolean };

const ANIMATED = new Set<Kind>(['webp', 'gif']);

const unsupported = (): Failure =>
  failure('UNSUPPORTED', 'The original is no image that is read here: JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG.');

export const corrupt = (): Failure => failure('CORRUPT', 'The original is damaged or incomplete.');

/** What sharp and the libraries below it say when there is no memory for what they need; cairo does not name it. */
const OUT_OF_MEMORY = /memory|allocation failed|creating thread|rendering error/i;

/** Why a picture that sharp gave up on cannot be rendered, where it is not for want of memory. */
export const refusalFor = (error: unknown, otherwise: Failure): Failure =>
  OUT_OF_MEMORY.test(String(error)) ? tooCostly('memory') : otherwise;

/** Frames of the kinds of which only the first one is read. */
function unreadFrames(kind: Kind, original: Buffer): number {
  if (kind === 'png') return countPngFrames(original);
  return kind === 'avif' && isAvifSequence(original) ? 2 : 1;
}

/** Pictures that sharp stores as 1, 2 or 4 bits a pixel have the colours of 8. */
function isPlain({ orientation = 1, space, depth, bitsPerSample = 8 }: Metadata, profile: Profile | undefined) {
  const colours = (space === 'srgb' || space === 'b-w') && !profile;
  return orientation === 1 && colours && depth === 'uchar' && bitsPerSample <= 8;
}

/** Pixels that an SVG is drawn with: the renderer holds several canvases of them. */
const MAX_VECTOR_PIXELS = 16e6;

/** The renderer of SVG draws sides of up to 32,767 pixels; rounding may add a few. */
const MAX_VECTOR_SIDE = 32_000;

function headerOfSvg(original: Buffer, maxPixels: number): Header | Failure {
  const drawing = readDrawing(original);
  if (isFailure(drawing)) return drawing;
  const { width, height } = drawing;
  const pixels = Math.min(maxPixels, MAX_VECTOR_PIXELS);
  return {
    kind: 'svg',
    width,
    height,
    stored: { width, height },
    pages: 1,
    frames: 1,
    orientation: 1,
    maxScale: Math.min(Math.sqrt(pixels / width / height), MAX_VECTOR_SIDE / Math.max(width, height)),
    drawing,
    interlaced: false,
    srgbProfile: false,
    deep: false,
    grey: false,
    plain: false,
  };
}

/** Browsers look at a PNG's code points before its profile, and at an AVIF's after. */
function profileIn(kind: Kind, { icc, space }: Metadata, codes: CodePoints | undefined): Profile | undefined {
  if (codes && (kind === 'png' || !icc)) {
    const stated = profileOf(codes, kind === 'png');
    return stated && { icc: stated, isOwn: false };
  }
  return icc && !(space === 'srgb' && isSrgb(icc)) ? { icc, isOwn: true } : undefined;
}

function headerOf(kind: Kind, original: Buffer, metadata: Metadata, codes: CodePoints | undefined): Header {
  const { width, height } = metadata.autoOrient;
  const pages = ANIMATED.has(kind) ? (metadata.pages ?? 1) : 1;
  const profile = profileIn(kind, metadata, codes);
  return {
    kind,
    width,
    height,
    stored: { width: metadata.width, height: metadata.height },
    pages,
    frames: Math.max(pages, unreadFrames(kind, original)),
    orientation: metadata.orientation ?? 1,
    maxScale: 1,
    interlaced: metadata.isProgressive ?? false,
    srgbProfile: Boolean(metadata.icc) && !profile,
    ...(profile && { profile }),
    deep: metadata.depth === 'ushort',
    grey: metadata.space === 'b-w' || metadata.space === 'grey16',
    plain: isPlain(metadata, profile),
  };
}

/**
 * Reads the header of an original, after its first bytes have said which kind it is.
 * @returns `UNSUPPORTED` or `CORRUPT` for what cannot be read
 */
export async function inspect(original: Buffer, settings: RenderSettings): Promise<Header | Failure> {
  const kind = sniff(original);
  if (!kind) return unsupported();
  if (kind === 'svg') return headerOfSvg(original, settings.maxPixels);
  try {
    const metadata = await sharp(readableBrand(original), INPUT).metadata();
    const { format, compression } = metadata;
    if (format !== (kind === 'avif' ? 'heif' : kind)) return unsupported();
    // HEVC inside of the same container: the header can be read, but there is no decoder.
    if (kind === 'avif' && compression !== 'av1') return unsupported();
    const codes = codePointsOf(kind, original);
    const hdr = codes && !(kind === 'avif' && metadata.icc) && hdrOf(codes);
    if (hdr) {
      return failure('UNSUPPORTED', `The original has the high dynamic range of ${hdr}, which is not converted here.`);
    }
    return headerOf(kind, original, metadata, codes);
  } catch (error) {
    return refusalFor(error, kind === 'avif' ? unsupported() : corrupt());
  }
}
