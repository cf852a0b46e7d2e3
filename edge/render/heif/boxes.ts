/** Boxes of the ISO base media file format (ISO/IEC 14496-12), the container of AVIF and HEIC. */

export interface Box {
  name: string;
  /** Offset of the content. That of a full box begins with its version and flags. */
  content: number;
  end: number;
}

const HEAD_BYTES = 8;
const LONG_HEAD_BYTES = 16;

/** Most sibling boxes that are read, as many as a file may have items. Millions would take seconds. */
const MAX_BOXES = 65_536;

/** The boxes in a part of a file, up to the first invalid one. */
export function* boxesIn(file: Buffer, from: number, to: number): Generator<Box> {
  for (let start = from, left = MAX_BOXES; start + HEAD_BYTES <= to && left > 0; left--) {
    const short = file.readUInt32BE(start);
    // A size of 0 reaches to the end; 1 is followed by one of 64 bits.
    const isLong = short === 1 && start + LONG_HEAD_BYTES <= to;
    const size = isLong ? Number(file.readBigUInt64BE(start + HEAD_BYTES)) : short || to - start;
    const content = start + (isLong ? LONG_HEAD_BYTES : HEAD_BYTES);
    const end = start + size;
    if (end < content || end > to) return;
    yield { name: file.toString('latin1', start + 4, start + HEAD_BYTES), content, end };
    start = end;
  }
}

export function boxOf(file: Buffer, name: string, from: number, to: number): Box | undefined {
  for (const box of boxesIn(file, from, to)) if (box.name === name) return box;
  return undefined;
}

/** Bytes of the version and flags of a full box. */
export const FULL_BOX_BYTES = 4;
