import sharp from 'sharp';
import type { Size } from '../size';
import type { Header } from './types';

/** A marker segment of a JPEG. That of a scan includes the compressed data up to the next marker. */
export interface Segment {
  marker: number;
  /** Offset of the marker. */
  start: number;
  /** Offset of the compressed data of a scan; for all others the same as `end`. */
  header: number;
  /** Offset of the next segment. */
  end: number;
}

/** The segments of a JPEG, up to its end of image or the first invalid segment. */
export function* segmentsOf(jpeg: Buffer): Generator<Segment> {
  let start = 0;
  while (start + 1 < jpeg.length && jpeg[start] === 0xff) {
    const marker = jpeg[start + 1]!;
    if (marker === 0xff) {
      start++;
      continue;
    }
    const bare = marker === MARKER.SOI || marker === MARKER.EOI || isRestart(marker);
    const length = bare ? 0 : start + 4 <= jpeg.length ? jpeg.readUInt16BE(start + 2) : jpeg.length;
    const header = start + 2 + length;
    const end = Math.min(jpeg.length, marker === MARKER.SOS ? endOfScan(jpeg, header) : header);
    yield { marker, start, header, end };
    if (marker === MARKER.EOI) return;
    start = end;
  }
}

/**
 * Whether a JPEG that the decoder refuses lacks no more than its end of image, its lowest row of blocks or, if it is
 * progressive, the last bits. A larger gap would be visible.
 */
export async function isRecoverable(jpeg: Buffer, header: Header): Promise<boolean> {
  const ended = Buffer.concat([jpeg, END_OF_IMAGE]);
  const { width, height } = header.stored;
  if (await decodesTo(ended, { width, height })) return true;
  if (header.interlaced) return hasAllButLastBits(jpeg);
  return height > MAX_MISSING_ROWS && decodesTo(ended, { width, height: height - MAX_MISSING_ROWS });
}

export const MARKER = {
  SOF0: 0xc0,
  SOF1: 0xc1,
  SOF2: 0xc2,
  DHT: 0xc4,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DRI: 0xdd,
  APP0: 0xe0,
  APP14: 0xee,
  APP15: 0xef,
  COM: 0xfe,
} as const;

export const isRestart = (byte: number): boolean => byte >= 0xd0 && byte <= 0xd7;

/** Offset of the next marker. Within compressed data, 0xFF is followed by 0 or the number of a restart. */
function endOfScan(jpeg: Buffer, from: number): number {
  let at = jpeg.indexOf(0xff, from);
  for (; at >= 0 && at + 1 < jpeg.length; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1]!;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  return jpeg.length;
}

/** Most rows that may be missing at the bottom of a picture: those of one row of blocks. */
const MAX_MISSING_ROWS = 16;

const END_OF_IMAGE = Buffer.from([0xff, MARKER.EOI]);

/** A scan of a progressive JPEG by its header: its components, its coefficients, and down to which bit it has them. */
interface Scan {
  components: number[];
  from: number;
  to: number;
  lowestBit: number;
}

function readScan(jpeg: Buffer, start: number): Scan {
  const count = jpeg[start + 4]!;
  const end = start + 5 + count * 2;
  const components = Array.from({ length: count }, (_, at) => jpeg[start + 5 + at * 2]!);
  return { components, from: jpeg[end]!, to: jpeg[end + 1]!, lowestBit: jpeg[end + 2]! & 15 };
}

const COEFFICIENTS = Array.from({ length: 64 }, (_, at) => at);

/** Whether the complete scans have every coefficient of every component down to its last bit but one. */
function hasAllButLastBits(jpeg: Buffer): boolean {
  const segments = [...segmentsOf(jpeg)];
  const frame = segments.find(({ marker }) => marker === MARKER.SOF2);
  if (!frame) return false;
  const components = Array.from({ length: jpeg[frame.start + 9]! }, (_, at) => jpeg[frame.start + 10 + at * 3]!);
  const whole = segments.filter(({ marker }) => marker === MARKER.SOS).slice(0, -1);
  const scans = whole.map(({ start }) => readScan(jpeg, start)).filter(({ lowestBit }) => lowestBit <= 1);
  return components.every((component) =>
    COEFFICIENTS.every((at) =>
      scans.some((scan) => scan.components.includes(component) && scan.from <= at && at <= scan.to),
    ),
  );
}

/** Whether a picture decodes without a warning down to a row. */
async function decodesTo(jpeg: Buffer, { width, height }: Required<Size>): Promise<boolean> {
  try {
    const image = sharp(jpeg, { failOn: 'warning', limitInputPixels: false });
    await image.extract({ left: 0, top: 0, width, height }).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}
