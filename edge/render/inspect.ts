import sharp, { type Metadata } from 'sharp';
import { type Failure, isFailure } from '../failure';
import { type CodePoints, codePointsOf, hdrOf, isSrgb, profileOf } from './colour';
import { canvasToKeep } from './gif';
import { countPngFrames } from './png';
import { corrupt, hdrRefusal, overLimit, refusalFor, unsupported } from './refusals';
import { type Kind, isAvifSequence, readable } from './sniff';
import { INPUT } from './source';
import { readDrawing } from './svg';
import type { Header, Original, Profile, RenderSettings } from './types';

/**
 * Reads the header of a file.
 * @param kind by its first bytes
 * @returns `UNSUPPORTED` or `CORRUPT` for what cannot be read, `TOO_LARGE` for what is over a limit of its kind
 */
export async function inspect(file: Buffer, kind: Kind, settings: RenderSettings): Promise<Original | Failure> {
  const header = await readHeader(file, kind, settings);
  if (isFailure(header)) return header;
  return overLimit(header, settings) ?? { file, header };
}

async function readHeader(original: Buffer, kind: Kind, settings: RenderSettings): Promise<Header | Failure> {
  if (kind === 'svg') return headerOfSvg(original, settings.maxPixels);
  try {
    const metadata = await sharp(readable(original), INPUT).metadata();
    const { format, compression } = metadata;
    if (format !== (kind === 'avif' ? 'heif' : kind)) return unsupported();
    // JPEG and others inside of the same container.
    if (kind === 'avif' && compression !== 'av1') return unsupported();
    const codes = codePointsOf(kind, original);
    const hdr = codes && !(kind === 'avif' && metadata.icc) && hdrOf(codes);
    if (hdr) return hdrRefusal(hdr);
    return headerOf(kind, original, metadata, codes);
  } catch (error) {
    return refusalFor(error, kind === 'avif' ? unsupported() : corrupt());
  }
}

const ANIMATED = new Set<Kind>(['webp', 'gif']);

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
    firstPage: 0,
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
  const canvas = kind === 'gif' ? canvasToKeep(original) : undefined;
  const { width, height } = canvas ?? metadata.autoOrient;
  const pages = ANIMATED.has(kind) ? (metadata.pages ?? 1) : 1;
  const profile = profileIn(kind, metadata, codes);
  return {
    kind,
    width,
    height,
    stored: canvas ?? { width: metadata.width, height: metadata.height },
    pages,
    firstPage: canvas ? 1 : 0,
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
