import { BLOCK, DISPOSAL, type Gif, type GifFrame } from './format';

/** Reads a GIF without its comments, texts and blocks of programs; undefined if it is not whole. */
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

function readBlocks(reader: GifReader, gif: Gif): Gif | undefined {
  let control = NO_CONTROL;
  while (!reader.isAtEnd) {
    const introducer = reader.byte();
    if (introducer === BLOCK.trailer) break;
    if (introducer === BLOCK.image) {
      const frame = readFrame(reader, control);
      if (!frame) return undefined;
      gif.frames.push(frame);
      control = NO_CONTROL;
    } else if (introducer === BLOCK.extension) {
      const label = reader.byte();
      const blocks = reader.blocks();
      if (label === BLOCK.control) control = readControl(blocks);
      const loop = label === BLOCK.application ? readLoop(blocks) : undefined;
      if (loop !== undefined) gif.loop = loop;
    } else return undefined;
  }
  return gif.frames.length > 0 ? gif : undefined;
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

const MAX_CODES = 4096;

/** Lengths of strings by their codes. Reused for each frame: a file may have hundreds of thousands. */
const LENGTHS = new Uint16Array(MAX_CODES);

/**
 * Follows the codes of compressed data (GIF 89a, appendix F) by the lengths of their strings.
 * @returns the data up to the end code, and the colours in use; undefined unless there are exactly this many pixels
 */
function measure(data: Buffer, codeSize: number, pixels: number): Pick<GifFrame, 'data' | 'uses'> | undefined {
  const clear = 1 << codeSize;
  const lengths = LENGTHS;
  // A colour gets into the table of strings only after it has been a code of its own.
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

/** Reads a GIF from its start to its end. @throws RangeError if bytes are missing */
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
