import { BLOCK, type Gif, type GifFrame } from './format';

/** Writes a GIF with the timing, transparency and loops of its frames. */
export function writeGif({ width, height, table, background, loop, frames }: Gif): Buffer {
  const looping =
    loop === undefined ? [] : [Buffer.from('!\xff\x0bNETSCAPE2.0\x03\x01', 'latin1'), numbers(loop), Buffer.from([0])];
  return Buffer.concat([
    Buffer.from('GIF89a'),
    numbers(width, height),
    Buffer.from([tableFlags(table), table && background < table.length / 3 ? background : 0, 0]),
    ...(table ? [table] : []),
    ...looping,
    ...frames.flatMap(writeFrame),
    Buffer.from([BLOCK.trailer]),
  ]);
}

function writeFrame(frame: GifFrame): Buffer[] {
  const { left, top, width, height, interlaced, table, codeSize, data, disposal, delay, clear } = frame;
  const control = [
    BLOCK.extension,
    BLOCK.control,
    4,
    (disposal << 2) | (clear === undefined ? 0 : 1),
    delay & 255,
    delay >> 8,
  ];
  const place = [left, top, width, height].flatMap((number) => [number & 255, number >> 8]);
  const flags = tableFlags(table) | (interlaced ? 0x40 : 0);
  const head = Buffer.from([...control, clear ?? 0, 0, BLOCK.image, ...place, flags, ...(table ? [] : [codeSize])]);
  return table ? [head, table, Buffer.from([codeSize]), writeBlocks(data)] : [head, writeBlocks(data)];
}

const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => bytes.writeUInt16LE(value, at * 2));
  return bytes;
};

/** The flags of a table of 2 to 256 colours. */
const tableFlags = (table: Buffer | undefined): number => (table ? 0x80 | (Math.log2(table.length / 3) - 1) : 0);

const MAX_BLOCK_BYTES = 255;

/** Data in blocks after their lengths, with an empty block at the end. */
function writeBlocks(data: Buffer): Buffer {
  const blocks = Buffer.alloc(data.length + Math.ceil(data.length / MAX_BLOCK_BYTES) + 1);
  for (let from = 0, to = 0; from < data.length; from += MAX_BLOCK_BYTES) {
    const length = Math.min(MAX_BLOCK_BYTES, data.length - from);
    blocks[to] = length;
    data.copy(blocks, to + 1, from, from + length);
    to += 1 + length;
  }
  return blocks;
}
