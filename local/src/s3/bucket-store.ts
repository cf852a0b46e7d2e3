import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, openSync, renameSync, unlinkSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { PersistentMap } from '../persistent-map';
import type { StoredChecksum } from './checksums';
import { SortedKeys } from './sorted-keys';

/** An object without its body. */
export interface StoredObject {
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since the epoch, truncated to seconds, as in HTTP dates. */
  modified: number;
  /** System-defined and user-defined metadata: Content-Type and the like, `x-amz-meta-*`. Names in lower case. */
  headers: Readonly<Record<string, string>>;
  checksum?: StoredChecksum;
  /** The body's file under `objects/`. */
  file: string;
}

/** A body on disk that does not belong to an object yet. */
export interface Draft {
  path: string;
  handle: FileHandle;
}

/**
 * A bucket's objects in a folder. Each write of a key has a body file of its own; a log says which is current. An
 * object changes in one synchronous step, so readers never see half a write. Body files without an object, left by a
 * killed process, are removed at the next start.
 */
export class BucketStore {
  readonly #directory: string;
  readonly #objects: PersistentMap<StoredObject>;
  readonly keys: SortedKeys;

  private constructor(directory: string, objects: PersistentMap<StoredObject>) {
    this.#directory = directory;
    this.#objects = objects;
    this.keys = new SortedKeys(objects.keys());
  }

  static async open(directory: string): Promise<BucketStore> {
    await rm(path.join(directory, 'drafts'), { recursive: true, force: true });
    await mkdir(path.join(directory, 'drafts'), { recursive: true });
    await mkdir(path.join(directory, 'objects'), { recursive: true });
    const objects = await PersistentMap.open<StoredObject>(path.join(directory, 'log.jsonl'), ({ key }) => key);
    const store = new BucketStore(directory, objects);
    await store.#removeOrphans();
    return store;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Opens a body, which later writes do not change. Both ends are inclusive. */
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

  /** Makes a closed draft the object of its key. */
  commit(draft: Draft, described: Omit<StoredObject, 'file'>): StoredObject {
    const hash = createHash('sha256').update(described.key).digest('hex');
    const object = { ...described, file: `${hash}.${path.basename(draft.path)}` };
    const previous = this.#objects.get(object.key);
    renameSync(draft.path, this.#bodyPath(object));
    this.#objects.set(object);
    if (previous) unlinkSync(this.#bodyPath(previous));
    else this.keys.add(object.key);
    return object;
  }

  delete(key: string): void {
    const object = this.#objects.get(key);
    if (!object) return;
    this.#objects.delete(key);
    this.keys.delete(key);
    unlinkSync(this.#bodyPath(object));
  }

  close(): void {
    this.#objects.close();
  }

  async #removeOrphans(): Promise<void> {
    const named = new Set<string>();
    for (const { file } of this.#objects.values()) named.add(file);
    const folder = path.join(this.#directory, 'objects');
    for (const file of await readdir(folder)) if (!named.has(file)) await unlink(path.join(folder, file));
  }

  #bodyPath(object: StoredObject): string {
    return path.join(this.#directory, 'objects', object.file);
  }
}
