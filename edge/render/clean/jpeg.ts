import { MARKER, isRestart, segmentsOf } from '../jpeg';

/** Writes a JPEG with its frame, the tables in use, Adobe's colour transform and its scans. */
export function cleanJpeg(jpeg: Buffer): Buffer | undefined {
  const writer = new JpegWriter();
  for (const { marker, start, header, end } of segmentsOf(jpeg)) {
    if (marker === MARKER.EOI) return writer.end();
    if (header > jpeg.length || !writer.add(marker, jpeg.subarray(start + 4, header), jpeg.subarray(header, end))) {
      return undefined;
    }
  }
  return undefined;
}

/** Tables by number, those of codes by class and number. Each begins with the byte that names it. */
type Tables = Map<number, Buffer>;

interface Frame {
  marker: number;
  body: Buffer;
  /** Number of the quantisation table by the id of the component. */
  quantisation: Map<number, number>;
}

const segment = (marker: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const header = Buffer.from([0xff, marker, 0, 0]);
  header.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([header, body]);
};

/**
 * Adds the tables of a segment.
 * @param mask the bits of a table's first byte that name it
 * @returns false if the segment has anything else
 */
function readTables(body: Buffer, tables: Tables, mask: number, lengthOf: (table: Buffer) => number): boolean {
  let at = 0;
  while (at < body.length) {
    const table = body.subarray(at, at + lengthOf(body.subarray(at)));
    tables.set(table[0]! & mask, table);
    at += lengthOf(table);
  }
  return at === body.length;
}

const quantisationBytes = (table: Buffer): number => (table[0]! < 16 ? 65 : 129);

const huffmanBytes = (table: Buffer): number => 17 + table.subarray(1, 17).reduce((sum, count) => sum + count, 0);

/** The frame of a picture with 8 bits and Huffman codes. */
function readFrame(marker: number, body: Buffer): Frame | undefined {
  const components = body[5] ?? 0;
  const isWhole = body.length === 6 + components * 3 && components > 0 && body[0] === 8 && body.readUInt16BE(1) > 0;
  if (!isWhole) return undefined;
  const quantisation = new Map<number, number>();
  for (let at = 6; at < body.length; at += 3) quantisation.set(body[at]!, body[at + 2]!);
  return { marker, body, quantisation };
}

/** Compressed data without the fill bytes before its markers; undefined if it has restarts that it should not have. */
function scanData(data: Buffer, hasRestarts: boolean): Buffer | undefined {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = data.indexOf(0xff); at >= 0; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1];
    if (next === 0) continue;
    if (next !== undefined && isRestart(next)) {
      if (!hasRestarts) return undefined;
      continue;
    }
    parts.push(data.subarray(from, at));
    from = at + 1;
  }
  return Buffer.concat([...parts, data.subarray(from)]);
}

/** The parts of a JPEG, collected segment by segment. */
class JpegWriter {
  readonly #parts: Buffer[] = [];
  readonly #quantisation: Tables = new Map();
  readonly #huffman: Tables = new Map();
  readonly #written: Tables = new Map();
  #frame: Frame | undefined;
  #isJfif = false;
  #adobe: Buffer | undefined;
  #restarts = 0;
  #writtenRestarts = 0;

  /** Adds a segment. @returns false if it can neither be written nor left out */
  add(marker: number, body: Buffer, data: Buffer): boolean {
    switch (marker) {
      case MARKER.SOF0:
      case MARKER.SOF1:
      case MARKER.SOF2:
        if (this.#frame) return false;
        this.#frame = readFrame(marker, body);
        return this.#frame !== undefined;
      case MARKER.DQT:
        return this.#parts.length === 0 && readTables(body, this.#quantisation, 0x0f, quantisationBytes);
      case MARKER.DHT:
        return readTables(body, this.#huffman, 0x1f, huffmanBytes);
      case MARKER.DRI:
        this.#restarts = body.readUInt16BE(0);
        return true;
      case MARKER.APP0:
        this.#isJfif ||= body.length >= 14 && body.toString('latin1', 0, 5) === 'JFIF\0';
        return true;
      case MARKER.APP14:
        if (body.length >= 12 && body.toString('latin1', 0, 5) === 'Adobe') this.#adobe = body;
        return true;
      case MARKER.SOS:
        return this.#addScan(body, data);
      default:
        return marker === MARKER.SOI || marker === MARKER.COM || (marker >= MARKER.APP0 && marker <= MARKER.APP15);
    }
  }

  /** The picture, if it has any scan. */
  end(): Buffer | undefined {
    if (this.#parts.length === 0) return undefined;
    return Buffer.concat([Buffer.from([0xff, MARKER.SOI]), ...this.#parts, Buffer.from([0xff, MARKER.EOI])]);
  }

  #addScan(body: Buffer, data: Buffer): boolean {
    const count = body[0]!;
    if (!this.#frame || body.length !== 4 + count * 2) return false;
    const written = scanData(data, this.#restarts > 0);
    if (!written || !(this.#parts.length > 0 || this.#addHead()) || !this.#addHuffman(body, count)) return false;
    if (this.#restarts !== this.#writtenRestarts) {
      const restarts = Buffer.alloc(2);
      restarts.writeUInt16BE(this.#restarts);
      this.#parts.push(segment(MARKER.DRI, restarts));
      this.#writtenRestarts = this.#restarts;
    }
    // Only the scans of a progressive picture differ in their coefficients.
    const range = this.#frame.marker === MARKER.SOF2 ? body.subarray(-3) : Buffer.from([0, 63, 0]);
    this.#parts.push(segment(MARKER.SOS, body.subarray(0, -3), range), written);
    return true;
  }

  /** Adds the segments before the first scan. Without JFIF, Adobe's segment or the components decide the colours. */
  #addHead(): boolean {
    const { marker, body, quantisation } = this.#frame!;
    if (this.#isJfif && Buffer.from([...quantisation.keys()]).toString('latin1') === 'RGB') return false;
    const transform = this.#adobe?.[11] === 0 ? 0 : 1;
    if (this.#adobe && !this.#isJfif) {
      this.#parts.push(segment(MARKER.APP14, Buffer.from('Adobe\0\x64\0\0\0\0', 'latin1'), Buffer.from([transform])));
    }
    for (const number of new Set(quantisation.values())) {
      const table = this.#quantisation.get(number);
      if (!table) return false;
      this.#parts.push(segment(MARKER.DQT, table));
    }
    this.#parts.push(segment(marker, body));
    return true;
  }

  /** Adds the tables of codes that a scan uses, unless they are written already. */
  #addHuffman(body: Buffer, count: number): boolean {
    const [from, , bits] = body.subarray(-3);
    const isProgressive = this.#frame!.marker === MARKER.SOF2;
    for (let at = 2; at <= count * 2; at += 2) {
      const dc = isProgressive && (from! > 0 || bits! >> 4 > 0) ? [] : [body[at]! >> 4];
      const ac = isProgressive && from === 0 ? [] : [(body[at]! & 15) | 16];
      for (const name of [...dc, ...ac]) {
        const table = this.#huffman.get(name);
        if (!table) return false;
        if (this.#written.get(name) !== table) this.#parts.push(segment(MARKER.DHT, table));
        this.#written.set(name, table);
      }
    }
    return true;
  }
}
