/** Keys in the order of their UTF-8 bytes. A key is stored with one character a byte, so that strings compare as bytes. */
export class SortedKeys {
  #keys: string[];

  constructor(keys: Iterable<string> = []) {
    this.#keys = Array.from(keys, toBytes).sort();
  }

  get size(): number {
    return this.#keys.length;
  }

  add(key: string): void {
    const bytes = toBytes(key);
    const position = this.lowerBound(bytes);
    if (this.#keys[position] !== bytes) this.#keys.splice(position, 0, bytes);
  }

  delete(key: string): void {
    const bytes = toBytes(key);
    const position = this.lowerBound(bytes);
    if (this.#keys[position] === bytes) this.#keys.splice(position, 1);
  }

  /** The key at a position, as bytes. */
  at(position: number): string | undefined {
    return this.#keys[position];
  }

  /** The position of the first key that is not less than these bytes. */
  lowerBound(bytes: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Encodes text as UTF-8, one character a byte. */
export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The inverse of `toBytes`. */
export function fromBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
