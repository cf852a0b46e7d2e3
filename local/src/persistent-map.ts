import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

type Entry<V> = { put: V } | { delete: string };

const WRITE_CHARACTERS = 1_000_000;

/** An emptied map truncates its log beyond this many lines. */
const MAX_LINES_WHEN_EMPTY = 1_000;

/**
 * A map that survives its process, even a crash: each change is appended to a log before it is made in memory. Opening
 * it reads the log and compacts it.
 */
export class PersistentMap<V> {
  readonly #values: Map<string, V>;
  readonly #idOf: (value: V) => string;
  #log: number | undefined;
  #lines: number;

  private constructor(file: string, values: Map<string, V>, idOf: (value: V) => string) {
    this.#values = values;
    this.#idOf = idOf;
    this.#lines = values.size;
    this.#log = openSync(file, 'a');
  }

  /** @param file created if it is missing */
  static async open<V>(file: string, idOf: (value: V) => string): Promise<PersistentMap<V>> {
    return new PersistentMap(file, await readLog(file, idOf), idOf);
  }

  get(id: string): V | undefined {
    return this.#values.get(id);
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  values(): IterableIterator<V> {
    return this.#values.values();
  }

  set(value: V): void {
    this.#append({ put: value });
    this.#values.set(this.#idOf(value), value);
  }

  delete(id: string): void {
    if (!this.#values.has(id)) return;
    this.#append({ delete: id });
    this.#values.delete(id);
    if (this.#values.size === 0 && this.#lines > MAX_LINES_WHEN_EMPTY) this.#truncate();
  }

  /** Later changes are made in memory only. */
  close(): void {
    if (this.#log !== undefined) closeSync(this.#log);
    this.#log = undefined;
  }

  #append(entry: Entry<V>): void {
    if (this.#log === undefined) return;
    writeSync(this.#log, `${JSON.stringify(entry)}\n`);
    this.#lines += 1;
  }

  #truncate(): void {
    if (this.#log === undefined) return;
    ftruncateSync(this.#log, 0);
    this.#lines = 0;
  }
}

async function readLog<V>(file: string, idOf: (value: V) => string): Promise<Map<string, V>> {
  const values = new Map<string, V>();
  let lines = 0;
  let rest = '';
  // `readline` would also end a line at U+2028.
  for await (const chunk of createReadStream(file, { flags: 'a+', start: 0, encoding: 'utf8' })) {
    const whole = (rest + (chunk as string)).split('\n');
    rest = whole.pop()!;
    for (const line of whole) {
      lines += 1;
      const entry = parseLine(line) as Entry<V> | undefined;
      if (entry && 'put' in entry) values.set(idOf(entry.put), entry.put);
      else if (entry) values.delete(entry.delete);
    }
  }
  // Half a line at the end: the process was killed while it wrote, before it confirmed the change.
  if (lines !== values.size || rest !== '') await rewriteLog(file, values);
  return values;
}

/** @returns undefined for a damaged line */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function rewriteLog<V>(file: string, values: ReadonlyMap<string, V>): Promise<void> {
  await writeFile(`${file}.new`, linesInBlocks(values.values()));
  await rename(`${file}.new`, file);
}

/** Blocks of lines: one write a line would take minutes for a large map. */
function* linesInBlocks<V>(values: Iterable<V>): Generator<string> {
  let block = '';
  for (const put of values) {
    block += `${JSON.stringify({ put } satisfies Entry<V>)}\n`;
    if (block.length < WRITE_CHARACTERS) continue;
    yield block;
    block = '';
  }
  yield block;
}
