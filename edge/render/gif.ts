/** A frame of a GIF. */
export interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  interlaced: boolean;
  /** Its own colours, 3 bytes each. */
  table?: Buffer;
  /** Bits of a colour in the compressed data. */
  codeSize: number;
  /** Compressed data up to its end code. */
  data: Buffer;
  /** Whether its pixels have a colour of the table. */
  uses: (index: number) => boolean;
  disposal: number;
  /** In hundredths of a second. */
  delay: number;
  /** The colour that is clear. */
  clear?: number;
}

export interface Gif {
  width: number;
  height: number;
  /** Colours of the frames that have none of their own. */
  table?: Buffer;
  background: number;
  /** 0 for ever; undefined once. */
  loop?: number;
  frames: GifFrame[];
}

/** What is done with a frame before the next one is drawn. */
export const DISPOSAL = { none: 0, keep: 1, background: 2, previous: 3 } as const;

const EXTENSION = 0x21;
const CONTROL = 0xf9;
const APPLICATION = 0xff;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

const MAX_CODES = 4096;

/** Lengths of strings by their codes, used again for each frame: a file may have hundreds of thousands. */
const LENGTHS = new Uint16Array(MAX_CODES);

/** Canvas sizes that the decoder, libnsgif, takes for a mistake of old programs; it uses the frames' size instead. */
const DOUBTED_CANVASES = new Set(['640x480', '640x512', '800x600', '1024x768', '1280x1024', '1600x1200']);

/** Sides above which it doubts a canvas, too. */
const MAX_TRUSTED_SIDE = 2_048;

/**
 * Follows the codes of compressed data (GIF 89a, appendix F) by the lengths of what they stand for.
 * @returns the data up to the end code and which colours its pixels have; undefined unless it is a picture of this many pixels
 */
function measure(data: Buffer, codeSize: number, pixels: number): Pick<GifFrame, 'data' | 'uses'> | undefined {
  const clear = 1 << codeSize;
  const lengths = LENGTHS;
  // A colour gets into the table of strings only after it has stood alone.
  const used = new Uint8Array(clear);
  const uses = (index: number): boolean => used[index] === 1;
  let [width, next, previous, drawn, held, bits] = [codeSize + 1, clear + 2, 0, 0, 0, 0];
  for (let at = 0; at < data.length; at++) {
    held |= data[at]! << bits;
    for (bits += 8; bits >= width;) {
      const code = held & ((1 << width) - 1);
      held >>>= width;
      bits -= width;
      if (code === clear) {
        [width, next, previous] = [codeSize + 1, clear + 2, 0];
        continue;
      }
      if (code === clear + 1) {
        const whole = Buffer.from(data.subarray(0, at + 1));
        whole[at] = whole[at]! & (0xff >> bits);
        return { data: whole, uses };
      }
      if (code > next || (code > clear && previous === 0) || (code === next && next === MAX_CODES)) return undefined;
      const length = code < clear ? 1 : code < next ? lengths[code]! : previous + 1;
      if (code < clear) used[code] = 1;
      drawn += length;
      if (drawn > pixels) return undefined;
      if (previous > 0 && next < MAX_CODES) {
        lengths[next++] = previous + 1;
        if (next === 1 << width && width < 12) width++;
      }
      previous = length;
    }
  }
  return drawn === pixels ? { data, uses } : undefined;
}

/** Reads a GIF from its start to its end; throws a RangeError where bytes are missing. */
class GifReader {
  readonly #gif: Buffer;
  #at = 6;

  constructor(gif: Buffer) {
    this.#gif = gif;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#gif.length;
  }

  byte(): number {
    return this.#gif.readUInt8(this.#at++);
  }

  number(): number {
    this.#at += 2;
    return this.#gif.readUInt16LE(this.#at - 2);
  }

  bytes(length: number): Buffer {
    this.#at += length;
    if (this.#at > this.#gif.length) throw new RangeError('The file ends too early.');
    return this.#gif.subarray(this.#at - length, this.#at);
  }

  table(flags: number): Buffer | undefined {
    return flags & 0x80 ? this.bytes(3 << ((flags & 7) + 1)) : undefined;
  }

  blocks(): Buffer[] {
    const blocks: Buffer[] = [];
    for (let length = this.byte(); length > 0; length = this.byte()) blocks.push(this.bytes(length));
    return blocks;
  }
}

type Control = Pick<GifFrame, 'disposal' | 'delay' | 'clear'>;

const NO_CONTROL: Control = { disposal: DISPOSAL.none, delay: 0 };

function readControl([block]: Buffer[]): Control {
  if (!block || block.length < 4) return NO_CONTROL;
  const disposal = (block[0]! >> 2) & 7;
  return {
    // Old encoders write 4 for “previous”.
    disposal: disposal === 4 ? DISPOSAL.previous : disposal > 4 ? DISPOSAL.none : disposal,
    delay: block.readUInt16LE(1),
    ...(block[0]! & 1 && { clear: block[3]! }),
  };
}

const LOOPS = /^(?:NETSCAPE2\.0|ANIMEXTS1\.0)$/;

function readLoop([name, loop]: Buffer[]): number | undefined {
  if (!name || !LOOPS.test(name.toString('latin1')) || !loop || loop.length < 3 || loop[0] !== 1) return undefined;
  return loop.readUInt16LE(1);
}

function readFrame(reader: GifReader, control: Control): GifFrame | undefined {
  const [left, top, width, height] = [reader.number(), reader.number(), reader.number(), reader.number()];
  const flags = reader.byte();
  const table = reader.table(flags);
  const codeSize = reader.byte();
  if (codeSize < 1 || codeSize > 8) return undefined;
  const measured = measure(Buffer.concat(reader.blocks()), codeSize, width * height);
  if (!measured) return undefined;
  return {
    left,
    top,
    width,
    height,
    interlaced: (flags & 0x40) > 0,
    codeSize,
    ...measured,
    ...(table && { table }),
    ...control,
  };
}

function readBlocks(reader: GifReader, gif: Gif): Gif | undefined {
  let control = NO_CONTROL;
  while (!reader.isAtEnd) {
    const introducer = reader.byte();
    if (introducer === TRAILER) break;
    if (introducer === IMAGE) {
      const frame = readFrame(reader, control);
      if (!frame) return undefined;
      gif.frames.push(frame);
      control = NO_CONTROL;
    } else if (introducer === EXTENSION) {
      const label = reader.byte();
      const blocks = reader.blocks();
      if (label === CONTROL) control = readControl(blocks);
      const loop = label === APPLICATION ? readLoop(blocks) : undefined;
      if (loop !== undefined) gif.loop = loop;
    } else return undefined;
  }
  return gif.frames.length > 0 ? gif : undefined;
}

/** Reads a GIF without its comments, texts and the blocks of programs; undefined if it is not whole. */
export function readGif(bytes: Buffer): Gif | undefined {
  try {
    const reader = new GifReader(bytes);
    const [width, height, flags, background] = [reader.number(), reader.number(), reader.byte(), reader.byte()];
    // The pixel aspect ratio, which decoders ignore.
    reader.byte();
    const table = reader.table(flags);
    return readBlocks(reader, { width, height, background, frames: [], ...(table && { table }) });
  } catch {
    return undefined;
  }
}

const isDoubted = (width: number, height: number): boolean =>
  DOUBTED_CANVASES.has(`${width}x${height}`) || Math.max(width, height) > MAX_TRUSTED_SIDE;

/** The size of the canvas in pixels, where the decoder would cut it; undefined otherwise. */
export function canvasToKeep(bytes: Buffer): { width: number; height: number } | undefined {
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  const gif = isDoubted(width, height) ? readGif(bytes) : undefined;
  return gif && isCanvasCut(gif) ? { width, height } : undefined;
}

/** Whether the decoder would cut the canvas to what the frames cover. */
export function isCanvasCut({ width, height, frames }: Gif): boolean {
  if (!isDoubted(width, height)) return false;
  const right = frames.reduce((most, frame) => Math.max(most, frame.left + frame.width), 0);
  const bottom = frames.reduce((most, frame) => Math.max(most, frame.top + frame.height), 0);
  return right < width || bottom < height;
}

/** A clear pixel in the last corner of the canvas. As the first frame, it keeps the decoder from cutting the canvas. */
export const cornerOf = ({ width, height }: Gif): GifFrame => ({
  left: width - 1,
  top: height - 1,
  width: 1,
  height: 1,
  interlaced: false,
  table: Buffer.alloc(2 * 3),
  codeSize: 2,
  data: Buffer.from([0x44, 0x01]),
  uses: (index) => index === 0,
  disposal: DISPOSAL.none,
  delay: 0,
  clear: 0,
});

const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => bytes.writeUInt16LE(value, at * 2));
  return bytes;
};

/** The flags of a table of 2 to 256 colours. */
const tableFlags = (table: Buffer | undefined): number => (table ? 0x80 | (Math.log2(table.length / 3) - 1) : 0);

const MAX_BLOCK_BYTES = 255;

/** Data in blocks that each have their length before them, and an empty one at the end. */
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

function writeFrame(frame: GifFrame): Buffer[] {
  const { left, top, width, height, interlaced, table, codeSize, data, disposal, delay, clear } = frame;
  const control = [EXTENSION, CONTROL, 4, (disposal << 2) | (clear === undefined ? 0 : 1), delay & 255, delay >> 8];
  const place = [left, top, width, height].flatMap((number) => [number & 255, number >> 8]);
  const flags = tableFlags(table) | (interlaced ? 0x40 : 0);
  const head = Buffer.from([...control, clear ?? 0, 0, IMAGE, ...place, flags, ...(table ? [] : [codeSize])]);
  return table ? [head, table, Buffer.from([codeSize]), writeBlocks(data)] : [head, writeBlocks(data)];
}

/** A GIF of its pictures with their timing, transparency and loops. */
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
    Buffer.from([TRAILER]),
  ]);
}
