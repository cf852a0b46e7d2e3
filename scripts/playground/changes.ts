/** An object that has changed. */
export interface ChangedObject {
  bucket: string;
  key: string;
}

type Listener = (keys: string[]) => void;

/** Reports changed originals of a bucket to pages, once viewers can see the change. */
export class Changes {
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #settled: () => Promise<void>;
  readonly #listeners = new Set<Listener>();
  #waiting = new Set<string>();
  #isReporting = false;

  /**
   * @param place of the originals
   * @param settled resolves once the refresh function has handled the changes
   */
  constructor({ bucket, prefix }: { bucket: string; prefix: string }, settled: () => Promise<void>) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#settled = settled;
  }

  /** @returns a function that ends it */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  note({ bucket, key }: ChangedObject): void {
    if (bucket !== this.#bucket || !key.startsWith(this.#prefix)) return;
    this.#waiting.add(key.slice(this.#prefix.length));
    if (!this.#isReporting) void this.#report();
  }

  /** Changes in the meantime are reported in the next round. */
  async #report(): Promise<void> {
    this.#isReporting = true;
    // The queue gets the event after this listener.
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
