import { Readable, pipeline } from 'node:stream';
import { createInterface } from 'node:readline';
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

/** Lines without their ends, and without a byte order mark. */
export async function* linesOf(text: Readable, stopped?: AbortSignal): AsyncGenerator<string> {
  const lines = createInterface({ input: text, crlfDelay: Infinity, ...(stopped && { signal: stopped }) });
  let failure: unknown;
  // readline does not hand on what goes wrong with its input.
  text.once('error', (error) => {
    failure = error;
    lines.close();
  });
  for await (const line of lines) yield line.replace(/^\uFEFF/, '');
  if (failure) throw failure as Error;
}
