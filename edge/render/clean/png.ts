import { finished } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { PNG_SIGNATURE, type PngChunk, readPng, writePngChunk } from '../png';

/**
 * Writes a PNG with its header, palette, transparency and pixels.
 * @param animated whether to keep the frames of an animation
 */
export async function cleanPng(png: Buffer, animated: boolean): Promise<Buffer | undefined> {
  const names = animated ? ANIMATION_CHUNKS : STILL_CHUNKS;
  const chunks = [...readPng(png)].filter(({ name }) => names.test(name));
  const header = chunks[0]!.body;
  if (chunks.at(-1)?.name !== 'IEND' || header.length !== 13 || !chunks.every(({ isIntact }) => isIntact)) {
    return undefined;
  }
  const frames = framesOf(chunks);
  const still = animated ? undefined : await pixelData(frames[0]!.data, rowBytes(header, header));
  const pictures = still ? [writePngChunk('IDAT', still)] : animated && (await animationChunks(header, chunks, frames));
  if (!pictures) return undefined;
  const head = [PNG_SIGNATURE, writePngChunk('IHDR', header), ...colourChunks(header, chunks)];
  return Buffer.concat([...head, ...pictures, writePngChunk('IEND')]);
}

async function animationChunks(header: Buffer, chunks: PngChunk[], frames: Frame[]): Promise<Buffer[] | undefined> {
  const control = chunks.find(({ name }) => name === 'acTL');
  const moving = frames.filter((frame) => frame.control);
  if (control?.body.length !== 8 || control.body.readUInt32BE(0) !== moving.length) return undefined;
  const written = [writePngChunk('acTL', control.body)];
  let sequence = 0;
  for (const [index, frame] of frames.entries()) {
    const data = await pixelData(frame.data, rowBytes(frame.control ?? header, header));
    if (!data) return undefined;
    if (frame.control) written.push(writePngChunk('fcTL', number(sequence++), frame.control));
    written.push(index === 0 ? writePngChunk('IDAT', data) : writePngChunk('fdAT', number(sequence++), data));
  }
  return written;
}

/** The pictures of a PNG. The first one is also its still. */
function framesOf(chunks: PngChunk[]): Frame[] {
  const frames: Frame[] = [];
  let control: Buffer | undefined;
  for (const { name, body } of chunks) {
    if (name === 'fcTL') control = body.subarray(4, 4 + FRAME_CONTROL);
    const isFirst = frames.length === 0;
    if (name === 'IDAT' ? isFirst || control : name === 'fdAT' && control) {
      frames.push({ ...(control && { control }), data: [] });
      control = undefined;
    }
    if (name === 'IDAT') frames.at(-1)!.data.push(body);
    if (name === 'fdAT') frames.at(-1)!.data.push(body.subarray(4));
  }
  return frames;
}

const COLOUR_TYPE = { grey: 0, rgb: 2, palette: 3 } as const;

const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

const STILL_CHUNKS = /^(?:IHDR|PLTE|tRNS|IDAT|IEND)$/;
const ANIMATION_CHUNKS = /^(?:IHDR|PLTE|tRNS|IDAT|IEND|acTL|fcTL|fdAT)$/;

/** Each pass of an interlaced picture: its first column and row, and the steps between them. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Bytes of the unpacked rows of a picture, each with the byte of its filter.
 * @param size its width and height, as a header or a frame begins with them
 */
function rowBytes(size: Buffer, header: Buffer): number {
  const [width, height] = [size.readUInt32BE(0), size.readUInt32BE(4)];
  const bits = header[8]! * SAMPLES[header[9]!]!;
  const bytes = (columns: number, rows: number) => (columns > 0 ? rows * (1 + Math.ceil((columns * bits) / 8)) : 0);
  if (header[12] === 0) return bytes(width, height);
  return ADAM7.reduce(
    (sum, [left, top, across, down]) =>
      sum + bytes(Math.ceil((width - left) / across), Math.ceil((height - top) / down)),
    0,
  );
}

/** A zlib stream without any bytes after it; undefined if it does not unpack to this many bytes. */
async function pixelData(parts: Buffer[], bytes: number): Promise<Buffer | undefined> {
  const data = Buffer.concat(parts);
  const inflate = createInflate();
  let unpacked = 0;
  inflate.on('data', (chunk: Buffer) => {
    unpacked += chunk.length;
    if (unpacked > bytes) inflate.destroy();
  });
  inflate.end(data);
  try {
    await finished(inflate);
  } catch {
    return undefined;
  }
  return unpacked === bytes ? data.subarray(0, inflate.bytesWritten) : undefined;
}

/** The palette and its transparency, as far as the header has a use for them. */
function colourChunks(header: Buffer, chunks: PngChunk[]): Buffer[] {
  const type = header[9]!;
  const palette = chunks.find(({ name }) => name === 'PLTE');
  const clear = chunks.find(({ name }) => name === 'tRNS');
  const colours = Math.min((palette?.body.length ?? 0) / 3, 2 ** header[8]!);
  const clearBytes = { [COLOUR_TYPE.grey]: 2, [COLOUR_TYPE.rgb]: 6, [COLOUR_TYPE.palette]: colours }[type] ?? 0;
  return [
    ...(palette && type === COLOUR_TYPE.palette ? [writePngChunk('PLTE', palette.body.subarray(0, colours * 3))] : []),
    ...(clear && clearBytes > 0 ? [writePngChunk('tRNS', clear.body.subarray(0, clearBytes))] : []),
  ];
}

interface Frame {
  /** Its size, place, time and how it is drawn, without the sequence number. */
  control?: Buffer;
  data: Buffer[];
}

const FRAME_CONTROL = 22;

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
