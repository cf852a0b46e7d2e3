import { crc32 } from 'node:zlib';

export const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A chunk of a PNG. */
export interface PngChunk {
  name: string;
  body: Buffer;
  /** Whether its checksum is correct. */
  isIntact: boolean;
}

/** The chunks up to the end of the picture, or to the first that is cut off. */
export function* readPng(png: Buffer): Generator<PngChunk> {
  for (let at = PNG_SIGNATURE.length; at + 12 <= png.length;) {
    const end = at + 12 + png.readUInt32BE(at);
    if (end > png.length) return;
    const name = png.toString('latin1', at + 4, at + 8);
    const isIntact = crc32(png.subarray(at + 4, end - 4)) === png.readUInt32BE(end - 4);
    yield { name, body: png.subarray(at + 8, end - 4), isIntact };
    if (name === 'IEND') return;
    at = end;
  }
}

/** The chunks before those of the pixels, which may be large. */
export function* readPngHead(png: Buffer): Generator<PngChunk> {
  for (const chunk of readPng(png)) {
    if (chunk.name === 'IDAT') return;
    yield chunk;
  }
}

export function writePngChunk(name: string, ...parts: Buffer[]): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(name, 'latin1'), ...parts, Buffer.alloc(4)]);
  chunk.writeUInt32BE(chunk.length - 12, 0);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

/** The number of frames that a PNG states; 1 for a still. */
export function countPngFrames(png: Buffer): number {
  for (const { name, body } of readPngHead(png)) {
    if (name === 'acTL' && body.length === 8) return Math.max(1, body.readUInt32BE(0));
  }
  return 1;
}
