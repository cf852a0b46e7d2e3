/** A marker segment of a JPEG. The one of a scan reaches to the next marker, its compressed data included. */
export interface Segment {
  marker: number;
  /** Offset of the marker. */
  start: number;
  /** Offset of the compressed data of a scan; of what follows the segment for all others. */
  header: number;
  /** Offset of what follows the segment. */
  end: number;
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

/** The next marker at or after an offset of compressed data, where 0xFF is followed by 0 or a restart's number. */
function endOfScan(jpeg: Buffer, from: number): number {
  let at = jpeg.indexOf(0xff, from);
  for (; at >= 0 && at + 1 < jpeg.length; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1]!;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  return jpeg.length;
}

/** The segments of a JPEG in their order, up to its end of image, or up to where it ceases to be one. */
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
