/** A chunk of a RIFF file, which a WebP is. */
export interface RiffChunk {
  name: string;
  body: Buffer;
}

/** The chunks between two offsets. @throws RangeError if one is cut off */
export function readRiff(riff: Buffer, from: number, to: number): RiffChunk[] {
  const chunks: RiffChunk[] = [];
  for (let at = from; at + 8 <= to;) {
    const end = at + 8 + riff.readUInt32LE(at + 4);
    if (end > to) throw new RangeError('A chunk ends too early.');
    chunks.push({ name: riff.toString('latin1', at, at + 4), body: riff.subarray(at + 8, end) });
    // A chunk begins at an even offset.
    at = end + ((end - at) % 2);
  }
  return chunks;
}

/** A chunk, padded to an even length. */
export function writeRiff(name: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.write(name, 'latin1');
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}
