import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { type Failure, failure } from '../failure';
import type { Size } from '../grammar';
import type { RenderSettings } from '.';
import { type CodePoints, codePointsOf, hdrOf, profileOf } from './cicp';
import { countPngFrames } from './png';
import { type Kind, isAvifSequence, readableBrand, sniff } from './sniff';
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
  /** Frames that are read; more than 1 for an animation. */
  pages: number;
  /** Frames that the file has, read or not; 2 for a sequence whose frames nobody counts. */
  frames: number;
  /** EXIF's number of how it is stored, from 1 to 8. */
  orientation: number;
  /** How much larger an original without pixels of its own may be drawn; 1 for all others. */
  maxScale: number;
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

/** The renderer of SVG draws sides of up to 32,767 pixels; rounding may add a few. */
const MAX_VECTOR_SIDE = 32_000;

const vectorScale = (width: number, height: number, maxPixels: number): number =>
  Math.min(Math.sqrt(maxPixels / (width * height)), MAX_VECTOR_SIDE / Math.max(width, height));

/** Browsers look at a PNG's code points before its profile, and at an AVIF's after. */
function profileIn(kind: Kind, { icc, space }: Metadata, codes: CodePoints | undefined): Profile | undefined {
  if (codes && (kind === 'png' || !icc)) {
    const stated = profileOf(codes, kind === 'png');
    return stated && { icc: stated, isOwn: false };
  }
  return icc && !(space === 'srgb' && isSrgb(icc)) ? { icc, isOwn: true } : undefined;
}

function headerOf(
  kind: Kind,
  original: Buffer,
  metadata: Metadata,
  codes: CodePoints | undefined,
  maxPixels: number,
): Header {
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
    maxScale: kind === 'svg' ? vectorScale(width, height, maxPixels) : 1,
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
 * @returns `UNSUPPORTED` or `CORRUPT` for what cannot be read, `TOO_LARGE` for an SVG that costs too much
 */
export async function inspect(original: Buffer, settings: RenderSettings): Promise<Header | Failure> {
  const kind = sniff(original);
  if (!kind) return unsupported();
  const maxPixels =
    kind === 'svg' ? await boundSvg(original, settings.maxPixels, settings.seconds) : settings.maxPixels;
  if (typeof maxPixels !== 'number') return maxPixels;
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
    return headerOf(kind, original, metadata, codes, maxPixels);
  } catch {
    return kind === 'avif' ? unsupported() : corrupt();
  }
}
