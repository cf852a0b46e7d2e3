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
