import { S3Error } from './errors';

const MAX_LINE_BYTES = 16_384;

/** Reads lines and blocks of bytes from a stream. */
export class ByteReader {
  #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /**
   * The text up to the next line break or the end of the stream.
   *
   * @throws S3Error `IncompleteBody` for a line that is too long
   */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#pending.indexOf('\n');
      if (end >= 0)
        return this.#consume(end + 1)
          .toString('latin1')
          .trimEnd();
      if (this.#pending.length > MAX_LINE_BYTES) throw new S3Error('IncompleteBody');
      if (!(await this.#more())) return this.#consume(this.#pending.length).toString('latin1');
    }
  }

  /**
   * Exactly this many bytes, piece by piece.
   *
   * @throws S3Error `IncompleteBody` if the stream ends before
   */
  async *take(bytes: number): AsyncGenerator<Buffer> {
    let remaining = bytes;
    while (remaining > 0) {
      if (this.#pending.length === 0 && !(await this.#more())) throw new S3Error('IncompleteBody');
      const piece = this.#consume(Math.min(remaining, this.#pending.length));
      remaining -= piece.length;
      yield piece;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#pending = this.#pending.length === 0 ? next.value : Buffer.concat([this.#pending, next.value]);
    return true;
  }

  #consume(bytes: number): Buffer {
    const piece = this.#pending.subarray(0, bytes);
    this.#pending = this.#pending.subarray(bytes);
    return piece;
  }
}
