import { closeSync, createReadStream, existsSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { UsageError } from '../usage';
import type { DigestSet } from './digest-set';

const NEWLINE = 0x0a;

/** Which run a journal belongs to: another distribution, or other settings, would need every request again. */
const headerOf = (url: string, generation: string): string => `warm ${url} ${generation}`;

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
      if (existsSync(path) && !statSync(path).isFile()) throw new Error('it is no file');
      const { first, whole } = existsSync(path) ? await read(path, done) : NOTHING;
      if (first !== undefined && first !== header) {
        throw new UsageError(
          `The journal ${path} is not of this distribution with these settings; begin another, or remove it.`,
        );
      }
      const file = openSync(path, 'a');
      ftruncateSync(file, whole);
      if (first === undefined) writeSync(file, `${header}\n`);
      return new Journal(file);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`The journal ${path} cannot be used: ${(error as Error).message}.`);
    }
  }

  /** A single write each, which outlives the death of the process. */
  add(path: string): void {
    writeSync(this.#file, `${path}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

interface Read {
  first: string | undefined;
  /** Bytes up to the end of the last line that is whole. */
  whole: number;
}

const NOTHING: Read = { first: undefined, whole: 0 };

async function read(path: string, done: DigestSet): Promise<Read> {
  const found = { ...NOTHING };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      if (line === '') continue;
      if (found.first === undefined) found.first = line;
      else done.add(line);
    }
    found.whole += end;
    rest = bytes.subarray(end);
  }
  return found;
}
