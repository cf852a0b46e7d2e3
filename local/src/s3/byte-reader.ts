import { S3Error } from './errors';

const LONGEST_LINE = 16_384;

/** Reads lines and runs of bytes from a stream in turn. */
export class ByteReader {
  #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /**
   * The text up to the next line break, or what is left at the end of the stream.
   *
   * @throws S3Error `IncompleteBody` for a line of unreasonable length
   */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#pending.indexOf('\n');
      if (end >= 0)
        return this.#consume(end + 1)
          .toString('latin1')
          .trimEnd();
      if (this.#pending.length > LONGEST_LINE) throw new S3Error('IncompleteBody');
      if (!(await this.#more())) return this.#consume(this.#pending.length).toString('latin1');
    }
  }

  /**
   * Exactly this many bytes, piece by piece.
   *
   * @throws S3Error `IncompleteBody` when the stream ends before
   */
  async *take(bytes: number): AsyncGenerator<Buffer> {
    let left = bytes;
    while (left > 0) {
      if (this.#pending.length === 0 && !(await this.#more())) throw new S3Error('IncompleteBody');
      const piece = this.#consume(Math.min(left, this.#pending.length));
      left -= piece.length;
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
