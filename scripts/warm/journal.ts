import { closeSync, createReadStream, existsSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { UsageError } from '../usage';
import type { DigestSet } from './digest-set';
import { whyOf } from '../why';

const NEWLINE = 0x0a;

/** A journal belongs to one distribution with one generation: any other needs every request again. */
const headerOf = (url: string, generation: string): string => `warm ${url} ${generation}\n`;

/** The finished paths, one in each line below a header, written to disk at once. */
export class Journal {
  readonly #file: number;

  private constructor(file: number) {
    this.#file = file;
  }

  /**
   * Opens or creates a journal. An incomplete last line is dropped, so its request is repeated.
   * @param done gets the paths of the journal
   * @throws UsageError if it cannot be used, or belongs to another run
   */
  static async open(path: string, url: string, generation: string, done: DigestSet): Promise<Journal> {
    const header = headerOf(url, generation);
    try {
      if (existsSync(path) && !statSync(path).isFile()) throw new Error('it is not a file');
      const head = existsSync(path) ? await headOf(path, header.length) : '';
      // The header may be incomplete. Any other file is not a journal, and stays as it is.
      if (!header.startsWith(head)) {
        throw new UsageError(
          `The journal ${path} belongs to another distribution or to other settings. Use another file, or remove it.`,
        );
      }
      const isBegun = head === header;
      const whole = isBegun ? header.length + (await read(path, header.length, done)) : 0;
      const file = openSync(path, 'a');
      ftruncateSync(file, whole);
      if (!isBegun) writeSync(file, header);
      return new Journal(file);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`The journal ${path} cannot be used: ${whyOf(error)}.`);
    }
  }

  /** Uses a single write, which survives a crash of the process. */
  add(path: string): void {
    try {
      writeSync(this.#file, `${path}\n`);
    } catch (error) {
      throw new Error(`The journal cannot be written: ${whyOf(error)}.`, { cause: error });
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

async function headOf(path: string, length: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: length - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

/** @returns the bytes up to the end of the last complete line */
async function read(path: string, start: number, done: DigestSet): Promise<number> {
  let whole = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { start }) as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line !== '') done.add(line);
    whole += end;
    rest = bytes.subarray(end);
  }
  return whole;
}
