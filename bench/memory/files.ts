/** Files written byte by byte, which no encoder makes. */
import { crc32 } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG of these chunks. */
export function chunked(chunks: [name: string, body: Buffer][]): Buffer {
  const parts = chunks.map(([name, body]) => {
    const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
    const chunk = Buffer.alloc(named.length + 8);
    chunk.writeUInt32BE(body.length, 0);
    named.copy(chunk, 4);
    chunk.writeUInt32BE(crc32(named), named.length + 4);
    return chunk;
  });
  return Buffer.concat([SIGNATURE, ...parts]);
}

/** A GIF of many frames, each of one pixel in the lower right corner: small as a file, and large once it is unpacked. */
export function frameBomb(frames: number, width: number, height: number): Buffer {
  const header = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  const pixel = Buffer.from('!\xf9\x04\0\x0a\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0', 'latin1');
  pixel.writeUInt16LE(width - 1, 9);
  pixel.writeUInt16LE(height - 1, 11);
  return Buffer.concat([header, ...Array<Buffer>(frames).fill(pixel), Buffer.from(';')]);
}

/** A segment of a JPEG, put right after its start. */
export function withSegment(jpeg: Buffer, marker: number, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string, 'latin1');
  const header = Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), header, bytes, jpeg.subarray(2)]);
}
