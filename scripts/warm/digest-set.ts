import { createHash } from 'node:crypto';

const FIRST_SLOTS = 1 << 12;
const MAX_LOAD = 0.85;

/**
 * A set of strings that keeps only eight bytes of hash of each, in a table with open addressing. Millions fit, unlike in a
 * `Set`. Among four million, the chance that any two share a hash is one in two million.
 */
export class DigestSet {
  #table = new Uint32Array(FIRST_SLOTS * 2);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(text: string): boolean {
    const [high, low] = digest(text);
    return this.#table[this.#slotOf(high, low)] !== 0;
  }

  add(text: string): void {
    if (this.#size + 1 > (this.#table.length / 2) * MAX_LOAD) this.#grow();
    const [high, low] = digest(text);
    const slot = this.#slotOf(high, low);
    if (this.#table[slot] === 0) this.#size += 1;
    this.#table[slot] = high;
    this.#table[slot + 1] = low;
  }

  /** Where a hash is, or would go. */
  #slotOf(high: number, low: number): number {
    const mask = this.#table.length / 2 - 1;
    let slot = low & mask;
    for (;;) {
      const found = this.#table[slot * 2];
      if (found === 0 || (found === high && this.#table[slot * 2 + 1] === low)) return slot * 2;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] === 0) continue;
      const slot = this.#slotOf(before[at]!, before[at + 1]!);
      this.#table[slot] = before[at]!;
      this.#table[slot + 1] = before[at + 1]!;
    }
  }
}

/** The first half is never 0, which marks a free slot. */
function digest(text: string): [high: number, low: number] {
  const hash = createHash('sha1').update(text).digest();
  return [hash.readUInt32LE(0) || 1, hash.readUInt32LE(4)];
}
