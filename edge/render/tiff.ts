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

const [SHORT, LONG, UNDEFINED] = [3, 4, 7];

/** Bytes that a decoder keeps in memory at once. */
const STRIP_BYTES = 65_536;

const longs = (values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value, at * 4));
  return bytes;
};

const shorts = (values: number[]): Buffer => Buffer.from(new Uint16Array(values).buffer);

type Entry = [tag: number, type: number, count: number, value: Buffer];

const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;

/** An uncompressed TIFF, to hand raw pixels and their profile to a decoder at next to no cost. */
export function writeTiff(pixels: Pixels, icc?: Buffer): Buffer {
  const { data, width, height, channels } = pixels;
  const rowBytes = width * channels;
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / rowBytes)));
  const strips = Array.from({ length: Math.ceil(height / rows) }, (_, strip) => strip * rows * rowBytes);
  const entries = (offset: number): Entry[] => [
    [TAG.width, LONG, 1, longs([width])],
    [TAG.height, LONG, 1, longs([height])],
    [TAG.bitsPerSample, SHORT, channels, shorts(Array<number>(channels).fill(8))],
    [TAG.compression, SHORT, 1, shorts([1])],
    [TAG.photometric, SHORT, 1, shorts([channels > 2 ? 2 : 1])],
    [TAG.stripOffsets, LONG, strips.length, longs(strips.map((at) => offset + at))],
    [TAG.samplesPerPixel, SHORT, 1, shorts([channels])],
    [TAG.rowsPerStrip, LONG, 1, longs([rows])],
    [TAG.stripByteCounts, LONG, strips.length, longs(strips.map((at) => Math.min(rows * rowBytes, data.length - at)))],
    ...(hasAlpha(pixels) ? [[TAG.extraSamples, SHORT, 1, shorts([2])] satisfies Entry] : []),
    ...(icc ? [[TAG.profile, UNDEFINED, icc.length, icc] satisfies Entry] : []),
  ];
  // The length of the directory does not depend on the offset.
  const bytes = directory(entries(0)).length;
  return Buffer.concat([directory(entries(bytes)), data]);
}

/** The part of the file before the pixels. */
function directory(entries: Entry[]): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + 2 + entries.length * ENTRY_BYTES + 4);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(HEADER_BYTES, 4);
  head.writeUInt16LE(entries.length, HEADER_BYTES);
  const parts = [head];
  let end = head.length;
  entries.forEach(([tag, type, count, value], index) => {
    const at = HEADER_BYTES + 2 + index * ENTRY_BYTES;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    if (value.length <= 4) {
      value.copy(head, at + 8);
      return;
    }
    head.writeUInt32LE(end, at + 8);
    const padded = Buffer.concat([value, Buffer.alloc(value.length & 1)]);
    parts.push(padded);
    end += padded.length;
  });
  return Buffer.concat(parts);
}
