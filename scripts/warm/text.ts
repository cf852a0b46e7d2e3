import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const GZIP = Buffer.from([0x1f, 0x8b]);

/** The first bytes of a stream, and the stream with them put back. */
async function peek(stream: Readable, bytes: number): Promise<[head: Buffer, whole: Readable]> {
  const chunks: Buffer[] = [];
  let length = 0;
  const iterator = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  while (length < bytes) {
    const { value, done } = await iterator.next();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  const head = Buffer.concat(chunks);
  async function* whole() {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return [head, Readable.from(whole(), { objectMode: false })];
}

const HEAD_BYTES = 1_024;

/** Unpacks what is gzip, whatever its name, and tells how the text begins. */
export async function openText(stream: Readable): Promise<[head: string, text: Readable]> {
  const [first, packed] = await peek(stream, GZIP.length);
  const unpacked = first.subarray(0, GZIP.length).equals(GZIP)
    ? // What goes wrong comes out of the stream that is read.
      pipeline(packed, createGunzip(), () => undefined)
    : packed;
  const [head, text] = await peek(unpacked, HEAD_BYTES);
  return [head.toString('utf8', 0, HEAD_BYTES), text];
}

/** Characters of a line that are kept: more than any key has, or any line of a log. */
export const MAX_LINE_CHARACTERS = 65_536;

/**
 * Lines without their ends, and without a byte order mark. One that is too long is cut one character after that, so that
 * a file without an end of a line fits into memory.
 */
export async function* linesOf(text: Readable): AsyncGenerator<string> {
  const bare = (line: string) => line.slice(0, MAX_LINE_CHARACTERS + 1).replace(/^\uFEFF|\r$/g, '');
  let rest = '';
  text.setEncoding('utf8');
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!.slice(0, MAX_LINE_CHARACTERS + 1);
    yield* lines.map(bare);
  }
  if (rest !== '') yield bare(rest);
}
