/** A map of limited size, which drops the oldest entries. */
export class LatestMap<V> {
  readonly #values = new Map<string, V>();
  readonly #maxSize: number;

  /** @param maxSize number of entries that are kept */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get(name: string): V | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: V): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    if (this.#values.size > this.#maxSize) this.#values.delete(this.#values.keys().next().value!);
  }
}
