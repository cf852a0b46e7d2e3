/** ICC profiles: whether one is that of a known colour space, and those that are made here. */

/** X, Y and Z of red, green and blue, adapted to D50. */
export type Colorants = readonly [red: readonly number[], green: readonly number[], blue: readonly number[]];

export const SRGB_COLORANTS: Colorants = [
  [0.436, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.143, 0.0606, 0.7139],
];

export const P3_COLORANTS: Colorants = [
  [0.5151, 0.2412, -0.0011],
  [0.292, 0.6922, 0.0419],
  [0.1571, 0.0666, 0.7841],
];

export const SRGB_CURVE = toneCurve(2.4, [1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);

/**
 * Whether an ICC profile has these colorants and the tone curve of sRGB, whatever its name is. If so, no conversion is
 * needed, which takes 15 to 25 ms for each decoded megapixel.
 */
export function isSpace(icc: Buffer, colorants: Colorants): boolean {
  try {
    // A lookup table would take precedence over primaries and curves.
    if (profileTag(icc, 'A2B0')) return false;
    if (!['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(profileTag(icc, name)))) return false;
    const own = colorantsOf(icc);
    return colorants.every((colorant, channel) =>
      colorant.every((value, at) => Math.abs((own?.[channel]?.[at] ?? NaN) - value) < TOLERANCE),
    );
  } catch {
    return false;
  }
}

export const isSrgb = (icc: Buffer): boolean => isSpace(icc, SRGB_COLORANTS);

/** Red, green and blue of an ICC profile; undefined if it does not state them. */
export function colorantsOf(icc: Buffer): Colorants | undefined {
  try {
    if (colourSpaceOf(icc) !== 'RGB ') return undefined;
    const colorants = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => {
      const primary = profileTag(icc, name)!;
      return [0, 1, 2].map((at) => primary.readInt32BE(8 + at * 4) / 65_536);
    });
    return colorants as unknown as Colorants;
  } catch {
    return undefined;
  }
}

/** Difference between profiles of sRGB by rounding. Display P3 and Adobe RGB differ by fifty times as much. */
const TOLERANCE = 0.002;

/** Inputs at which tone curves are compared. Gamma 2.2 differs from sRGB only in the shadows. */
const INPUTS = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.9];

/** Tolerance of the input of a tone curve: a level and a half of 255. */
const INPUT_TOLERANCE = 1.5 / 255;

/** The content of a tag of an ICC profile. */
export function profileTag(icc: Buffer, name: string): Buffer | undefined {
  const count = Math.min(icc.readUInt32BE(128), 100);
  for (let at = 132; at < 132 + count * 12; at += 12) {
    if (icc.toString('latin1', at, at + 4) === name) {
      const offset = icc.readUInt32BE(at + 4);
      return icc.subarray(offset, offset + icc.readUInt32BE(at + 8));
    }
  }
  return undefined;
}

/** The linear light of a value of sRGB, both from 0 to 1. */
export const srgbLight = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

/** The output of a parametric tone curve; NaN for a form that profiles of sRGB do not have. */
function parametricLight(curve: Buffer, value: number): number {
  const parameter = (index: number): number => curve.readInt32BE(12 + index * 4) / 65_536;
  const form = curve.readUInt16BE(8);
  if (form === 0) return value ** parameter(0);
  if (form !== 3) return NaN;
  if (value < parameter(4)) return parameter(3) * value;
  return (parameter(1) * value + parameter(2)) ** parameter(0);
}

/** The output of a tone curve: a formula, an exponent, or a table (ICC.1:2022, 10.6 and 10.18). */
function lightOf(curve: Buffer, value: number): number {
  if (curve.toString('latin1', 0, 4) === 'para') return parametricLight(curve, value);
  const count = curve.readUInt32BE(8);
  if (count === 0) return value;
  if (count === 1) return value ** (curve.readUInt16BE(12) / 256);
  const step = Math.floor(value * (count - 1));
  const [low, high] = [curve.readUInt16BE(12 + 2 * step), curve.readUInt16BE(14 + 2 * step)];
  return (low + (high - low) * (value * (count - 1) - step)) / 65_535;
}

const isSrgbCurve = (curve: Buffer | undefined): boolean =>
  curve !== undefined &&
  INPUTS.every((input) => {
    const light = lightOf(curve, input);
    return light >= srgbLight(input - INPUT_TOLERANCE) && light <= srgbLight(input + INPUT_TOLERANCE);
  });

/** Four characters for the kind of colours that a profile is for, like `RGB `. */
export const colourSpaceOf = (icc: Buffer): string => icc.toString('latin1', 16, 20);

/** Numbers as ICC profiles have them: in fixed point, with 16 bits for the fraction. */
export function fixed(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeInt32BE(Math.round(value * 65_536), at * 4));
  return bytes;
}

const xyz = (values: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), fixed(...values)]);

const HEADER_BYTES = 128;

/** The white to which all profiles relate. */
const D50 = [0.9642, 1, 0.8249];

/** A tone curve of the form ((a·x + b) ^ g), and c·x below d; or a plain power (ICC.1:2022, 10.18). */
export function toneCurve(g: number, linearPart?: readonly [a: number, b: number, c: number, d: number]): Buffer {
  const header = Buffer.from('para\0\0\0\0\0\0\0\0', 'latin1');
  header[9] = linearPart ? 3 : 0;
  return Buffer.concat([header, fixed(g, ...(linearPart ?? []))]);
}

/**
 * Makes the ICC profile of a display from its colorants and the one tone curve of all three.
 * @param curve as the content of a tag
 * @param more tags, for a profile that viewers get
 */
export function displayProfile(
  colorants: Colorants,
  curve: Buffer,
  more: [name: string, content: Buffer][] = [],
): Buffer {
  const tags: [string, Buffer][] = [
    ['wtpt', xyz(D50)],
    ...colorants.map((value, at): [string, Buffer] => [`${'rgb'[at]!}XYZ`, xyz(value)]),
    ...['r', 'g', 'b'].map((channel): [string, Buffer] => [`${channel}TRC`, curve]),
    ...more,
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const parts: Buffer[] = [];
  const offsets = new Map<Buffer, number>();
  let offset = HEADER_BYTES + table.length;
  tags.forEach(([name, content], at) => {
    // One curve serves three tags.
    if (!offsets.has(content)) {
      const padded = Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
      offsets.set(content, offset);
      parts.push(padded);
      offset += padded.length;
    }
    table.write(name, 4 + at * 12, 'latin1');
    table.writeUInt32BE(offsets.get(content)!, 8 + at * 12);
    table.writeUInt32BE(content.length, 12 + at * 12);
  });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x04000000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  fixed(...D50).copy(header, 68);
  return Buffer.concat([header, table, ...parts]);
}
