/** An object that has changed. */
export interface ChangedObject {
  bucket: string;
  key: string;
}

type Listener = (keys: string[]) => void;

/** Tells pages which originals of a bucket have changed, once the change is to be seen. */
export class Changes {
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #settled: () => Promise<void>;
  readonly #listeners = new Set<Listener>();
  #waiting = new Set<string>();
  #isReporting = false;

  /**
   * @param place of the originals
   * @param settled resolves once the refresh function has handled what has changed
   */
  constructor({ bucket, prefix }: { bucket: string; prefix: string }, settled: () => Promise<void>) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#settled = settled;
  }

  /** @returns what ends it */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  note({ bucket, key }: ChangedObject): void {
    if (bucket !== this.#bucket || !key.startsWith(this.#prefix)) return;
    this.#waiting.add(key.slice(this.#prefix.length));
    if (!this.#isReporting) void this.#report();
  }

  /** What changes while the last changes settle is told of after them. */
  async #report(): Promise<void> {
    this.#isReporting = true;
    // The queue gets the event after this has been told of it.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.size > 0) {
      const keys = [...this.#waiting];
      this.#waiting = new Set();
      await this.#settled();
      for (const listener of this.#listeners) listener(keys);
    }
    this.#isReporting = false;
  }
}
