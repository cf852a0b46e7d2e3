/** A map that forgets what was set longest ago. */
export class LatestMap<V> {
  readonly #values = new Map<string, V>();
  readonly #most: number;

  /** @param most values that are kept */
  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): V | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: V): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!);
  }
}
