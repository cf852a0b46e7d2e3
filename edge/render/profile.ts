/** X, Y and Z of red, green and blue. */
export type Colorants = readonly [red: readonly number[], green: readonly number[], blue: readonly number[]];

/** Numbers as an ICC profile has them, with 16 bits behind the point. */
const fixed = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeInt32BE(Math.round(value * 65_536), at * 4));
  return bytes;
};

const xyz = (values: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), fixed(...values)]);

const HEADER_BYTES = 128;

/** The light to which all profiles relate. */
const D50 = [0.9642, 1, 0.8249];

/** A tone curve of the form ((a·x + b) ^ g), and c·x below d; or a plain power (ICC.1:2022, 10.18). */
export function toneCurve(g: number, linearPart?: readonly [a: number, b: number, c: number, d: number]): Buffer {
  const header = Buffer.from('para\0\0\0\0\0\0\0\0', 'latin1');
  header[9] = linearPart ? 3 : 0;
  return Buffer.concat([header, fixed(g, ...(linearPart ?? []))]);
}

/**
 * An ICC profile of a display: what red, green and blue are, adapted to D50, and their one tone curve as the tag of a
 * profile holds it.
 */
export function displayProfile(colorants: Colorants, curve: Buffer): Buffer {
  const tags: [string, Buffer][] = [
    ['wtpt', xyz(D50)],
    ...colorants.map((value, at): [string, Buffer] => [`${'rgb'[at]!}XYZ`, xyz(value)]),
    ...['r', 'g', 'b'].map((channel): [string, Buffer] => [`${channel}TRC`, curve]),
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const parts: Buffer[] = [];
  let offset = HEADER_BYTES + table.length;
  tags.forEach(([name, content], at) => {
    const padded = Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
    table.write(name, 4 + at * 12, 'latin1');
    table.writeUInt32BE(offset, 8 + at * 12);
    table.writeUInt32BE(content.length, 12 + at * 12);
    parts.push(padded);
    offset += padded.length;
  });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x04000000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  fixed(...D50).copy(header, 68);
  return Buffer.concat([header, table, ...parts]);
}
