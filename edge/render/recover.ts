import sharp from 'sharp';
import type { Header } from './inspect';
import { MARKER, segmentsOf } from './jpeg';

/** Rows at the bottom of a picture that may be missing: those of one row of blocks, at most. */
const MAX_MISSING_ROWS = 16;

const END_OF_IMAGE = Buffer.from([0xff, MARKER.EOI]);

/** Whether the last scan that there is only refines by a bit what the scans before it have drawn. */
function endsInRefinement(jpeg: Buffer): boolean {
  const scan = [...segmentsOf(jpeg)].findLast(({ marker }) => marker === MARKER.SOS);
  if (!scan) return false;
  // The high bits of the scan header's last byte: the bit position of the scan before, 0 for a first one.
  const header = jpeg.readUInt16BE(scan.start + 2);
  return (jpeg[scan.start + 1 + header] ?? 0) >> 4 > 0;
}

/** Whether a picture decodes without complaint down to a row. */
async function decodesTo(jpeg: Buffer, { width, height }: { width: number; height: number }): Promise<boolean> {
  try {
    const rows = sharp(jpeg, { failOn: 'warning', limitInputPixels: false }).extract({
      left: 0,
      top: 0,
      width,
      height,
    });
    await rows.raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a JPEG that the decoder refuses lacks only its tail: the end of image alone, or no more than the lowest row
 * of blocks, or part of a progressive picture's refinement by the last bit. What lacks more would show.
 */
export async function isRecoverable(jpeg: Buffer, header: Header): Promise<boolean> {
  const ended = Buffer.concat([jpeg, END_OF_IMAGE]);
  const { width, height } = header.stored;
  if (await decodesTo(ended, { width, height })) return true;
  if (header.interlaced) return endsInRefinement(jpeg);
  return height > MAX_MISSING_ROWS && decodesTo(ended, { width, height: height - MAX_MISSING_ROWS });
}
