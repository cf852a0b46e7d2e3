/** The size of a picture as coded in HEVC (ITU-T H.265). The boxes around it may state another one. */
import type { Size } from '../../size';

/** Type of the unit that holds the sequence parameters. H.265, table 7-1. */
const SEQUENCE_PARAMETERS = 33;

/** Removes the bytes that keep a start code from appearing within a unit. H.265, 7.3.1.1. */
function withoutEmulationPrevention(unit: Buffer): Buffer {
  const bytes: number[] = [];
  let zeros = 0;
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

class BitReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  skip(bits: number): void {
    this.#at += bits;
  }

  /** @throws RangeError beyond the end */
  read(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; left--, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('beyond the end of the unit');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  /** An unsigned number by Exp-Golomb. H.265, 9.2. */
  readExponential(): number {
    let zeros = 0;
    while (this.read(1) === 0) if (++zeros > 31) throw new RangeError('no number');
    return 2 ** zeros - 1 + this.read(zeros);
  }
}

const PROFILE_BITS = 88;
const LEVEL_BITS = 8;

/** Skips the profile and levels that a decoder has to support. H.265, 7.3.3. */
function skipProfile(bits: BitReader, maxSubLayers: number): void {
  bits.skip(PROFILE_BITS + LEVEL_BITS);
  const subLayers = Array.from({ length: maxSubLayers }, () => ({ profile: bits.read(1), level: bits.read(1) }));
  if (maxSubLayers > 0) bits.skip(2 * (8 - maxSubLayers));
  for (const { profile, level } of subLayers) bits.skip(profile * PROFILE_BITS + level * LEVEL_BITS);
}

/** Bits before the sequence parameters: the head of the unit, and the number of the video parameters. */
const HEAD_BITS = 16 + 4;

/** The size is within these first bytes of the sequence parameters. */
const MAX_START = 256;

/**
 * The size of the pictures by a unit of HEVC, in pixels, before anything is cut off.
 * @returns undefined for a unit of another type, or one that cannot be read
 */
export function sizeIn(unit: Buffer): Required<Size> | undefined {
  if ((unit[0] ?? 0) >> 1 !== SEQUENCE_PARAMETERS) return undefined;
  try {
    const bits = new BitReader(withoutEmulationPrevention(unit.subarray(0, MAX_START)));
    bits.skip(HEAD_BITS);
    const maxSubLayers = bits.read(3);
    bits.skip(1);
    skipProfile(bits, maxSubLayers);
    bits.readExponential();
    const chroma = bits.readExponential();
    // Whether the planes are coded separately.
    if (chroma === 3) bits.skip(1);
    return { width: bits.readExponential(), height: bits.readExponential() };
  } catch {
    return undefined;
  }
}
