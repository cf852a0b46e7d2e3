import { type RiffChunk, readRiff, writeRiff } from './riff';

/** Writes a WebP with its pictures, their transparency and timing. */
export function cleanWebp(webp: Buffer): Buffer {
  const chunks = readRiff(webp, 12, 8 + webp.readUInt32LE(4));
  const [first] = chunks;
  if (first?.name !== 'VP8X') return writeRiff('RIFF', Buffer.from('WEBP'), pictureOf(chunks.slice(0, 1)));
  const flags = first.body[0]! & (FLAG.animation | FLAG.alpha);
  const header = writeRiff('VP8X', Buffer.from([flags, 0, 0, 0]), first.body.subarray(4, 10));
  const rest = chunks.slice(1);
  const pictures = flags & FLAG.animation ? animationOf(rest) : [pictureOf(rest)];
  return writeRiff('RIFF', Buffer.from('WEBP'), header, ...pictures);
}

function animationOf(chunks: RiffChunk[]): Buffer[] {
  const control = chunks.find(({ name }) => name === 'ANIM');
  if (!control) throw new RangeError('There is no chunk of the animation.');
  const frames = chunks.filter(({ name }) => name === 'ANMF').map(({ body }) => frameOf(body));
  return [writeRiff('ANIM', control.body.subarray(0, 6)), ...frames];
}

function frameOf(body: Buffer): Buffer {
  const header = Buffer.from(body.subarray(0, FRAME_HEADER));
  header[FRAME_HEADER - 1] = header[FRAME_HEADER - 1]! & FRAME_FLAGS;
  return writeRiff('ANMF', header, pictureOf(readRiff(body, FRAME_HEADER, body.length)));
}

/** The picture of a file or of a frame, with its transparency, if that is a chunk of its own. */
function pictureOf(chunks: RiffChunk[]): Buffer {
  const at = chunks.findIndex(({ name }) => name === 'VP8 ' || name === 'VP8L');
  const picture = chunks[at];
  if (!picture) throw new RangeError('There is no picture.');
  const alpha = picture.name === 'VP8 ' ? chunks.slice(0, at).find(({ name }) => name === 'ALPH') : undefined;
  return Buffer.concat([...(alpha ? [writeRiff(alpha.name, alpha.body)] : []), writeRiff(picture.name, picture.body)]);
}

const FLAG = { animation: 0x02, alpha: 0x10 } as const;

/** Bytes of a frame's place, size and time, before its chunks. */
const FRAME_HEADER = 16;

/** The bits that say how a frame is drawn; the others are reserved. */
const FRAME_FLAGS = 3;
