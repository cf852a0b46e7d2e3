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

/** Unpacks gzip, recognised by its first bytes. @returns the beginning of the text, and all of it */
export async function openText(stream: Readable): Promise<[head: string, text: Readable]> {
  const [first, packed] = await peek(stream, GZIP.length);
  const unpacked = first.subarray(0, GZIP.length).equals(GZIP)
    ? // Errors come out of the stream that is read.
      pipeline(packed, createGunzip(), () => undefined)
    : packed;
  const [head, text] = await peek(unpacked, HEAD_BYTES);
  return [head.toString('utf8', 0, HEAD_BYTES), text];
}

/** Longer than any key, and than any line of a log. */
export const MAX_LINE_CHARACTERS = 65_536;

/**
 * Lines without line ends and byte order mark. A longer line is cut one character after the limit, so that a file without line
 * ends fits into memory.
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
