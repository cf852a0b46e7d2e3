/** The items of an AVIF or HEIC and their properties (ISO/IEC 23008-12, HEIF). */
import { type Box, FULL_BOX_BYTES, boxOf, boxesIn } from './boxes';

export interface Reference {
  type: string;
  from: number;
  to: number[];
}

export interface Items {
  primary: number;
  /** The types of items, in four characters: `hvc1`, `av01`, `grid` and others. */
  types: Map<number, string>;
  references: Reference[];
  /** In the order in which they apply. */
  propertiesOf(item: number): Box[];
  /** The bytes of an item; undefined if they are not all there. */
  partsOf(item: number): Buffer[] | undefined;
}

/** The items of an AVIF or HEIC; undefined for a file whose boxes cannot be read. */
export function readItems(file: Buffer): Items | undefined {
  try {
    return read(file);
  } catch {
    return undefined;
  }
}

/** How the primary item, or the first tile of a grid, is coded: `hvc1`, `av01` or another; undefined if not stated. */
export function codingOf({ primary, types, references }: Items): string | undefined {
  const type = types.get(primary);
  if (type !== 'grid') return type;
  const [tile] = references.find((each) => each.type === 'dimg' && each.from === primary)?.to ?? [];
  return tile === undefined ? undefined : types.get(tile);
}

/** @throws RangeError for boxes that are not valid */
function read(file: Buffer): Items | undefined {
  const meta = boxOf(file, 'meta', 0, file.length);
  if (!meta) return undefined;
  const inside = (name: string): Box | undefined => boxOf(file, name, meta.content + FULL_BOX_BYTES, meta.end);
  const [primary, list, references, properties] = [inside('pitm'), inside('iinf'), inside('iref'), inside('iprp')];
  const [locations, data] = [inside('iloc'), inside('idat')];
  if (!primary || !list || !properties) return undefined;
  const container = boxOf(file, 'ipco', properties.content, properties.end);
  const known = container ? [...boxesIn(file, container.content, container.end)] : [];
  const associations = new Map<number, number[]>();
  for (const box of boxesIn(file, properties.content, properties.end)) {
    if (box.name !== 'ipma') continue;
    for (const [item, numbers] of associationsIn(file, box)) associations.set(item, numbers);
  }
  const places = locations ? locationsIn(file, locations) : new Map<number, Location>();
  return {
    primary: primaryIn(file, primary),
    types: typesIn(file, list),
    references: references ? referencesIn(file, references) : [],
    propertiesOf: (item) => (associations.get(item) ?? []).flatMap((number) => known[number - 1] ?? []),
    partsOf(item) {
      const place = places.get(item);
      if (!place || place.construction > 1 || (place.construction === 1 && !data)) return undefined;
      const [start, end] = place.construction === 1 ? [data!.content, data!.end] : [0, file.length];
      const parts = place.extents.map(({ offset, length }) => [start + offset, length ? start + offset + length : end]);
      return parts.every(([from, to]) => from! <= to! && to! <= end)
        ? parts.map(([from, to]) => file.subarray(from, to))
        : undefined;
    },
  };
}

/** Reads numbers of different lengths from a box. */
class Reader {
  readonly #file: Buffer;
  readonly #end: number;
  at: number;

  constructor(file: Buffer, { content, end }: Pick<Box, 'content' | 'end'>) {
    this.#file = file;
    this.#end = end;
    this.at = content;
  }

  /** @throws RangeError beyond the end of the box */
  read(bytes: number): number {
    if (this.at + bytes > this.#end) throw new RangeError('beyond the end of the box');
    let value = 0;
    for (let left = bytes; left > 0; left--) value = value * 256 + this.#file[this.at++]!;
    return value;
  }

  text(characters: number): string {
    const from = this.at;
    this.read(characters);
    return this.#file.toString('latin1', from, this.at);
  }
}

/** Reads the version and flags of a full box. */
function openFull(file: Buffer, box: Box): { reader: Reader; version: number; flags: number } {
  const reader = new Reader(file, box);
  const version = reader.read(1);
  return { reader, version, flags: reader.read(3) };
}

function primaryIn(file: Buffer, box: Box): number {
  const { reader, version } = openFull(file, box);
  return reader.read(version === 0 ? 2 : 4);
}

function typesIn(file: Buffer, box: Box): Map<number, string> {
  const { reader, version } = openFull(file, box);
  reader.read(version === 0 ? 2 : 4);
  const types = new Map<number, string>();
  for (const entry of boxesIn(file, reader.at, box.end)) {
    if (entry.name !== 'infe') continue;
    const { reader: inside, version: entryVersion } = openFull(file, entry);
    if (entryVersion < 2) continue;
    const item = inside.read(entryVersion === 2 ? 2 : 4);
    inside.read(2);
    types.set(item, inside.text(4));
  }
  return types;
}

function referencesIn(file: Buffer, box: Box): Reference[] {
  const { version } = openFull(file, box);
  const bytes = version === 0 ? 2 : 4;
  return [...boxesIn(file, box.content + FULL_BOX_BYTES, box.end)].map((each) => {
    const reader = new Reader(file, each);
    const from = reader.read(bytes);
    const to = Array.from({ length: reader.read(2) }, () => reader.read(bytes));
    return { type: each.name, from, to };
  });
}

/** The numbers of the properties of each item; the first property has the number 1. */
function associationsIn(file: Buffer, box: Box): Map<number, number[]> {
  const { reader, version, flags } = openFull(file, box);
  const isWide = (flags & 1) === 1;
  const associations = new Map<number, number[]>();
  for (let left = reader.read(4); left > 0; left--) {
    const item = reader.read(version === 0 ? 2 : 4);
    // The highest bit says whether a reader must know the property.
    const numbers = Array.from({ length: reader.read(1) }, () =>
      isWide ? reader.read(2) & 0x7fff : reader.read(1) & 0x7f,
    );
    associations.set(item, numbers);
  }
  return associations;
}

interface Location {
  /** 0 for the file, 1 for the box `idat`. */
  construction: number;
  extents: { offset: number; length: number }[];
}

function locationsIn(file: Buffer, box: Box): Map<number, Location> {
  const { reader, version } = openFull(file, box);
  const sizes = reader.read(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const locations = new Map<number, Location>();
  for (let left = reader.read(version < 2 ? 2 : 4); left > 0; left--) {
    const item = reader.read(version < 2 ? 2 : 4);
    const construction = version === 0 ? 0 : reader.read(2) & 15;
    const reference = reader.read(2);
    const base = reader.read(baseBytes);
    const extents = Array.from({ length: reader.read(2) }, () => {
      reader.read(indexBytes);
      return { offset: base + reader.read(offsetBytes), length: reader.read(lengthBytes) };
    });
    // All others are in another file.
    if (reference === 0) locations.set(item, { construction, extents });
  }
  return locations;
}
