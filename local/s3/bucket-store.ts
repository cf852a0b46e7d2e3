import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { mkdir, open, rename, rm, unlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { StoredChecksum } from './checksums';
import { SortedKeys } from './sorted-keys';

/** Everything about an object but its body. */
export interface StoredObject {
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since the epoch, in whole seconds, as HTTP can say it. */
  modified: number;
  /** What was sent to be given back: Content-Type and the like, and `x-amz-meta-*`. Names in lower case. */
  headers: Readonly<Record<string, string>>;
  checksum?: StoredChecksum;
  /** The body's file under `objects/`. */
  file: string;
}

/** A body on disk that belongs to no object yet. */
export interface Draft {
  path: string;
  handle: FileHandle;
}

const WRITE_CHARACTERS = 1_000_000;

type LogEntry = { put: StoredObject } | { delete: string };

/**
 * The objects of one bucket in a folder: bodies in files named by a hash of their key, one file for each time that the
 * key was written, and a log that says which of them is the key's object now. The log is read once, into memory. An
 * object changes in one synchronous step, so no reader ever sees half of one.
 */
export class BucketStore {
  readonly #directory: string;
  readonly #objects: Map<string, StoredObject>;
  readonly #log: number;
  readonly keys: SortedKeys;

  private constructor(directory: string, objects: Map<string, StoredObject>) {
    this.#directory = directory;
    this.#objects = objects;
    this.keys = new SortedKeys(objects.keys());
    this.#log = openSync(path.join(directory, 'log.jsonl'), 'a');
  }

  static async open(directory: string): Promise<BucketStore> {
    await rm(path.join(directory, 'drafts'), { recursive: true, force: true });
    await mkdir(path.join(directory, 'drafts'), { recursive: true });
    await mkdir(path.join(directory, 'objects'), { recursive: true });
    return new BucketStore(directory, await readLog(path.join(directory, 'log.jsonl')));
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Opens a body. What is written to the key later does not change what comes out. Both ends are inclusive. */
  read(object: StoredObject, start = 0, end = object.size - 1): Readable {
    const file = this.#bodyPath(object);
    return createReadStream(file, { fd: openSync(file, 'r'), start, end: Math.max(end, 0) });
  }

  async draft(): Promise<Draft> {
    const file = path.join(this.#directory, 'drafts', randomUUID());
    return { path: file, handle: await open(file, 'wx') };
  }

  async discard(draft: Draft): Promise<void> {
    await draft.handle.close();
    await unlink(draft.path);
  }

  /** Makes a draft, whose handle is closed, the object of its key. */
  commit(draft: Draft, described: Omit<StoredObject, 'file'>): StoredObject {
    const hash = createHash('sha256').update(described.key).digest('hex');
    const object = { ...described, file: `${hash}.${path.basename(draft.path)}` };
    const previous = this.#objects.get(object.key);
    renameSync(draft.path, this.#bodyPath(object));
    this.#append({ put: object });
    this.#objects.set(object.key, object);
    if (previous) unlinkSync(this.#bodyPath(previous));
    else this.keys.add(object.key);
    return object;
  }

  /** @returns whether there was anything to delete */
  delete(key: string): boolean {
    const object = this.#objects.get(key);
    if (!object) return false;
    this.#append({ delete: key });
    this.#objects.delete(key);
    this.keys.delete(key);
    unlinkSync(this.#bodyPath(object));
    return true;
  }

  close(): void {
    closeSync(this.#log);
  }

  #append(entry: LogEntry): void {
    writeSync(this.#log, `${JSON.stringify(entry)}\n`);
  }

  #bodyPath(object: StoredObject): string {
    return path.join(this.#directory, 'objects', object.file);
  }
}

async function readLog(file: string): Promise<Map<string, StoredObject>> {
  const objects = new Map<string, StoredObject>();
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(file, { flags: 'a+', start: 0 }) })) {
    lines += 1;
    const entry = parseLine(line);
    if (entry && 'put' in entry) objects.set(entry.put.key, entry.put);
    else if (entry) objects.delete(entry.delete);
  }
  if (lines !== objects.size) await rewriteLog(file, objects);
  return objects;
}

/** Nothing for the half line that a process killed while writing leaves behind. */
function parseLine(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return undefined;
  }
}

async function rewriteLog(file: string, objects: ReadonlyMap<string, StoredObject>): Promise<void> {
  await writeFile(`${file}.new`, linesInBlocks(objects.values()));
  await rename(`${file}.new`, file);
}

/** A write for each line would take minutes for a large bucket. */
function* linesInBlocks(objects: Iterable<StoredObject>): Generator<string> {
  let block = '';
  for (const put of objects) {
    block += `${JSON.stringify({ put } satisfies LogEntry)}\n`;
    if (block.length < WRITE_CHARACTERS) continue;
    yield block;
    block = '';
  }
  yield block;
}
