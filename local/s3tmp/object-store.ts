import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What is kept of an object beside its bytes. */
export interface ObjectHead {
  key: string;
  size: number;
  /** With quotes, as in HTTP. */
  etag: string;
  /** Milliseconds since the epoch. */
  modified: number;
  /** Headers that a get sends back: content-type, cache-control, x-amz-meta-* and the like. */
  headers: Record<string, string>;
}

/** An object, open for reading: what is put or deleted meanwhile does not change it. */
export interface OpenObject {
  head: ObjectHead;
  /** Reads bytes from `start` up to and with `end`. */
  read(start: number, end: number): Readable;
  close(): Promise<void>;
}

/** Length of the number, in decimal digits, that tells how long the head is. */
const PREFIX = 8;

const fileOf = (key: string): string => createHash('sha256').update(key).digest('hex');

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * The objects of one bucket in a folder: a file each, named by a hash of its key, that holds head and body. A file is
 * written aside and renamed, so that nobody reads half of an object, or the head of one with the body of another.
 */
export class ObjectStore {
  readonly #folder: string;
  readonly #heads = new Map<string, ObjectHead>();
  #sorted: string[] | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens a folder, with what former runs have left in it. */
  static async open(folder: string): Promise<ObjectStore> {
    await mkdir(folder, { recursive: true });
    const store = new ObjectStore(folder);
    for (const file of await readdir(folder)) {
      if (file.includes('.')) {
        await rm(join(folder, file));
        continue;
      }
      const handle = await open(join(folder, file));
      const { head } = await readHead(handle);
      await handle.close();
      store.#heads.set(head.key, head);
    }
    return store;
  }

  head(key: string): ObjectHead | undefined {
    return this.#heads.get(key);
  }

  /** All keys in the order in which S3 lists them: by the bytes of their UTF-8. */
  keys(): readonly string[] {
    this.#sorted ??= [...this.#heads.keys()].sort(byBytes);
    return this.#sorted;
  }

  /**
   * Writes a body aside. Nothing is seen of it before `commit`; `discard` drops it.
   * @returns also the MD5 and the size of what was written
   */
  async stage(body: Readable): Promise<{ md5: Buffer; size: number; file: string }> {
    const file = join(this.#folder, `${randomUUID()}.body`);
    const md5 = createHash('md5');
    let size = 0;
    try {
      await pipeline(
        body,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            md5.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(file),
      );
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return { md5: md5.digest(), size, file };
  }

  discard(staged: { file: string }): Promise<void> {
    return rm(staged.file, { force: true });
  }

  /** Makes a staged body the object of its key. */
  async commit(staged: { file: string }, head: ObjectHead): Promise<void> {
    const aside = `${staged.file}.object`;
    const text = Buffer.from(JSON.stringify(head));
    const output = createWriteStream(aside);
    output.write(String(text.length).padStart(PREFIX));
    output.write(text);
    await pipeline(createReadStream(staged.file), output);
    await rename(aside, join(this.#folder, fileOf(head.key)));
    await rm(staged.file);
    if (!this.#heads.has(head.key)) this.#sorted = undefined;
    this.#heads.set(head.key, head);
  }

  async get(key: string): Promise<OpenObject | undefined> {
    if (!this.#heads.has(key)) return undefined;
    let handle: FileHandle;
    try {
      handle = await open(join(this.#folder, fileOf(key)));
    } catch {
      return undefined;
    }
    const { head, offset } = await readHead(handle);
    return {
      head,
      read: (start, end) => handle.createReadStream({ start: offset + start, end: offset + end, autoClose: true }),
      close: () => handle.close(),
    };
  }

  /** @returns whether there was one */
  async delete(key: string): Promise<boolean> {
    if (!this.#heads.delete(key)) return false;
    this.#sorted = undefined;
    await rm(join(this.#folder, fileOf(key)), { force: true });
    return true;
  }
}

async function readHead(handle: FileHandle): Promise<{ head: ObjectHead; offset: number }> {
  const { buffer: prefix } = await handle.read(Buffer.alloc(PREFIX), 0, PREFIX, 0);
  const length = Number(prefix.toString());
  const { buffer: text } = await handle.read(Buffer.alloc(length), 0, length, PREFIX);
  return { head: JSON.parse(text.toString()) as ObjectHead, offset: PREFIX + length };
}
