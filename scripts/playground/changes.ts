import type { Original, Originals } from '../../playground/protocol';

/** Time between two looks at a bucket of this machine, in milliseconds. */
const INTERVAL_MS = 500;

/** The time between two looks is at least so many times that of a look: a large bucket takes a while to list. */
const REST = 10;

type Listener = (keys: string[]) => void;

/** Follows the originals of a bucket while somebody listens, whoever changes them. */
export class Changes {
  readonly #list: () => Promise<Originals>;
  readonly #settled: () => Promise<void>;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #known: Map<string, string | undefined> | undefined;

  /** @param settled resolves once the refresh function has handled what has changed */
  constructor(list: () => Promise<Originals>, settled: () => Promise<void>) {
    this.#list = list;
    this.#settled = settled;
  }

  /** @returns what ends it */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#timer = setTimeout(() => void this.#look(), 0);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#known = undefined;
    };
  }

  /** Lists the originals for a page, which is told of all that becomes of them from then on. */
  async list(): Promise<Originals> {
    const listed = await this.#list();
    void this.#report(listed.originals).catch(() => undefined);
    return listed;
  }

  async #look(): Promise<void> {
    const startedAt = performance.now();
    let tookMs = 0;
    try {
      const { originals } = await this.#list();
      tookMs = performance.now() - startedAt;
      await this.#report(originals);
    } catch {
      // A fault that was asked for, or the end of the distribution: the next look tells.
    }
    if (this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), Math.max(INTERVAL_MS, REST * tookMs)).unref();
  }

  async #report(originals: Original[]): Promise<void> {
    const changed = this.#compare(originals);
    if (changed.length === 0) return;
    await this.#settled();
    for (const listener of this.#listeners) listener(changed);
  }

  /** Keys that are new, other than before, or gone. */
  #compare(originals: Original[]): string[] {
    const before = this.#known;
    const now = new Map(originals.map(({ key, version }) => [key, version]));
    this.#known = now;
    if (before === undefined) return [];
    const changed = originals.filter(({ key, version }) => before.get(key) !== version).map(({ key }) => key);
    const gone = [...before.keys()].filter((key) => !now.has(key));
    return [...changed, ...gone];
  }
}
