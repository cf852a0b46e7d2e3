import { type Pixels, hasAlpha } from './pixels';

/** Numbers of tags: TIFF 6.0, part 1, and for the profile ICC.1:2022, annex B.4. */
const TAG = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  extraSamples: 338,
  profile: 34_675,
} as const;

/** Types of values, by their numbers. */
const TYPES = { 3: Uint16Array, 4: Uint32Array, 7: Uint8Array } as const;
const [SHORT, LONG, UNDEFINED] = [3, 4, 7] as const;

type Entry = [tag: number, type: keyof typeof TYPES, values: Iterable<number>];

/** Bytes that a decoder keeps in memory at once. */
const STRIP_BYTES = 65_536;

/** An uncompressed TIFF, to hand raw pixels and their profile to a decoder at next to no cost. */
export function writeTiff(pixels: Pixels, icc?: Buffer): Buffer {
  const { data, width, height, channels } = pixels;
  const rowBytes = width * channels;
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / rowBytes)));
  const strips = Array.from({ length: Math.ceil(height / rows) }, (_, strip) => strip * rows * rowBytes);
  const entries = (offset: number): Entry[] => [
    [TAG.width, LONG, [width]],
    [TAG.height, LONG, [height]],
    [TAG.bitsPerSample, SHORT, Array<number>(channels).fill(8)],
    [TAG.compression, SHORT, [1]],
    [TAG.photometric, SHORT, [channels > 2 ? 2 : 1]],
    [TAG.stripOffsets, LONG, strips.map((at) => offset + at)],
    [TAG.samplesPerPixel, SHORT, [channels]],
    [TAG.rowsPerStrip, LONG, [rows]],
    [TAG.stripByteCounts, LONG, strips.map((at) => Math.min(rows * rowBytes, data.length - at))],
    ...(hasAlpha(pixels) ? [[TAG.extraSamples, SHORT, [2]] satisfies Entry] : []),
    ...(icc ? [[TAG.profile, UNDEFINED, icc] satisfies Entry] : []),
  ];
  // The length of the directory does not depend on the offset.
  const bytes = directory(entries(0)).length;
  return Buffer.concat([directory(entries(bytes)), data]);
}

const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;

/** The part of the file before the pixels. */
function directory(entries: Entry[]): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + 2 + entries.length * ENTRY_BYTES + 4);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(HEADER_BYTES, 4);
  head.writeUInt16LE(entries.length, HEADER_BYTES);
  const parts = [head];
  let end = head.length;
  entries.forEach(([tag, type, numbers], index) => {
    const at = HEADER_BYTES + 2 + index * ENTRY_BYTES;
    const values = TYPES[type].from(numbers);
    const bytes = Buffer.from(values.buffer, 0, values.byteLength);
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(values.length, at + 4);
    if (bytes.length <= 4) {
      bytes.copy(head, at + 8);
      return;
    }
    head.writeUInt32LE(end, at + 8);
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length & 1)]);
    parts.push(padded);
    end += padded.length;
  });
  return Buffer.concat(parts);
}
