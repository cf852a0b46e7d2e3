import { closeSync, createReadStream, existsSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { UsageError } from '../usage';
import type { DigestSet } from './digest-set';
import { whyOf } from '../why';

const NEWLINE = 0x0a;

/** Which run a journal belongs to: another distribution, or other settings, would need every request again. */
const headerOf = (url: string, generation: string): string => `warm ${url} ${generation}\n`;

/** The paths that are done, one a line below a header, on disk as soon as they are added. */
export class Journal {
  readonly #file: number;

  private constructor(file: number) {
    this.#file = file;
  }

  /**
   * Opens a journal, or begins it. A last line that was torn off is dropped, so its request is made again.
   * @param done takes the paths that it holds
   * @throws UsageError where it cannot be used, or belongs to another run
   */
  static async open(path: string, url: string, generation: string, done: DigestSet): Promise<Journal> {
    const header = headerOf(url, generation);
    try {
      if (existsSync(path) && !statSync(path).isFile()) throw new Error('it is not a file');
      const head = existsSync(path) ? await headOf(path, header.length) : '';
      // A header that was torn off is the beginning of one; any other file is somebody else's and stays as it is.
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

  /** A single write each, which outlives the death of the process. */
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

/** @returns the bytes up to the end of the last line that is whole */
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
