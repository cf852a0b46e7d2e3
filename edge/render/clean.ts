import { MARKER, segmentsOf } from './jpeg';
import type { Kind } from './sniff';

const ascii = (bytes: Buffer, from: number, to: number): string => bytes.toString('latin1', from, to);

/** JFIF without a thumbnail, Adobe's colour transform and ICC profiles are colour; all other segments are metadata. */
function isCleanSegment(jpeg: Buffer, marker: number, start: number, end: number): boolean {
  if (marker === MARKER.COM) return false;
  if (marker < MARKER.APP0 || marker > MARKER.APP15) return true;
  const body = jpeg.subarray(start + 4, end);
  if (marker === MARKER.APP0) return ascii(body, 0, 5) === 'JFIF\0' && body.length === 14;
  if (marker === MARKER.APP0 + 2) return ascii(body, 0, 12) === 'ICC_PROFILE\0';
  return marker === MARKER.APP0 + 14 && ascii(body, 0, 5) === 'Adobe' && body.length === 12;
}

function isCleanJpeg(jpeg: Buffer): boolean {
  let last = 0;
  let end = 0;
  for (const segment of segmentsOf(jpeg)) {
    if (!isCleanSegment(jpeg, segment.marker, segment.start, segment.end)) return false;
    last = segment.marker;
    end = segment.end;
  }
  // Phones append a second picture, or a film.
  return last === MARKER.EOI && end === jpeg.length;
}

/** A chunk of a PNG or of a RIFF file: its name, and where it ends. */
interface Chunk {
  name: string;
  start: number;
  end: number;
}

function* pngChunks(png: Buffer): Generator<Chunk> {
  for (let start = 8; start + 12 <= png.length;) {
    const end = start + 12 + png.readUInt32BE(start);
    yield { name: ascii(png, start + 4, start + 8), start, end };
    start = end;
  }
}

function* riffChunks(riff: Buffer, from: number, to: number): Generator<Chunk> {
  for (let start = from; start + 8 <= to;) {
    const size = riff.readUInt32LE(start + 4);
    const end = start + 8 + size + (size % 2);
    yield { name: ascii(riff, start, start + 4), start, end };
    start = end;
  }
}

/** `gAMA` and `cHRM` are not in it: sharp looks at neither, so that colours would differ between variants. */
const PNG_CHUNKS = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'sRGB', 'iCCP', 'sBIT', 'bKGD', 'pHYs']);

function isCleanPng(png: Buffer): boolean {
  let last: Chunk | undefined;
  for (const chunk of pngChunks(png)) {
    if (!PNG_CHUNKS.has(chunk.name)) return false;
    last = chunk;
  }
  return last?.name === 'IEND' && last.end === png.length;
}

const WEBP_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

/** A frame's own chunks follow 16 bytes of its place and time. */
const WEBP_FRAME = 24;

function isCleanWebp(webp: Buffer, from = 12, to = webp.length): boolean {
  let end = from;
  for (const chunk of riffChunks(webp, from, to)) {
    if (!WEBP_CHUNKS.has(chunk.name)) return false;
    if (chunk.name === 'ANMF' && !isCleanWebp(webp, chunk.start + WEBP_FRAME, chunk.end)) return false;
    end = chunk.end;
  }
  return end === to;
}

const tableBytes = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);

/** The offset after a chain of sub-blocks of a GIF. */
function endOfBlocks(gif: Buffer, from: number): number {
  let at = from;
  while (gif[at]) at += 1 + gif[at]!;
  return at + 1;
}

const LOOP = /^!\xff\x0b(?:NETSCAPE2\.0|ANIMEXTS1\.0)\x03\x01[^]{2}\0$/;

function isCleanGif(gif: Buffer): boolean {
  let at = 13 + tableBytes(gif[10]!);
  while (at < gif.length) {
    const introducer = gif[at];
    if (introducer === 0x3b) return at === gif.length - 1;
    if (introducer === 0x2c) {
      at = endOfBlocks(gif, at + 11 + tableBytes(gif[at + 9] ?? 0));
      continue;
    }
    const isControl = introducer === 0x21 && gif[at + 1] === 0xf9;
    const end = endOfBlocks(gif, at + 2);
    if (!isControl && !LOOP.test(ascii(gif, at, end))) return false;
    at = end;
  }
  return false;
}

const AVIF_BOXES = new Set(['ftyp', 'meta', 'mdat', 'hdlr', 'pitm', 'iloc', 'iinf', 'iprp', 'iref', 'idat']);

/** Items that are pictures; the others are Exif, XMP (`mime`) and the like. */
const AVIF_ITEMS = new Set(['av01', 'grid']);

function* boxes(avif: Buffer, from: number, to: number): Generator<Chunk> {
  for (let start = from; start + 8 <= to;) {
    // A box of size 0 reaches to the end; one of size 1 has 64 bits more, which no picture needs.
    const end = start + (avif.readUInt32BE(start) || to - start);
    yield { name: ascii(avif, start + 4, start + 8), start, end };
    if (end <= start) return;
    start = end;
  }
}

function isCleanAvif(avif: Buffer, from = 0, to = avif.length): boolean {
  let last = from;
  for (const { name, start, end } of boxes(avif, from, to)) {
    if (!AVIF_BOXES.has(name)) return false;
    if (name === 'meta' && !isCleanAvif(avif, start + 12, end)) return false;
    if (name === 'iinf' && !hasOnlyPictures(avif, start, end)) return false;
    last = end;
  }
  return last === to;
}

function hasOnlyPictures(avif: Buffer, start: number, end: number): boolean {
  const entries = start + (avif[start + 8] === 0 ? 14 : 16);
  for (const entry of boxes(avif, entries, end)) {
    const type = entry.start + (avif[entry.start + 8] === 2 ? 16 : 18);
    if (entry.name !== 'infe' || !AVIF_ITEMS.has(ascii(avif, type, type + 4))) return false;
  }
  return true;
}

const CLEAN: Partial<Record<Kind, (original: Buffer) => boolean>> = {
  jpeg: isCleanJpeg,
  png: isCleanPng,
  webp: (original) => isCleanWebp(original),
  gif: isCleanGif,
  avif: (original) => isCleanAvif(original),
};

/**
 * Whether a file holds a picture and its colour profile and nothing else: no EXIF, XMP, IPTC, thumbnail or comment, no
 * part that is not known here, and nothing after its end.
 */
export function isClean(kind: Kind, original: Buffer): boolean {
  try {
    return CLEAN[kind]?.(original) ?? false;
  } catch {
    return false;
  }
}
