/** Chromaticities of sRGB's primaries, adapted to D50, as the tags of an ICC profile hold them. */
const PRIMARIES = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;

/** Profiles of sRGB differ by so much in rounding; Display P3 and Adobe RGB differ by fifty times as much. */
const TOLERANCE = 0.002;

/** Inputs at which tone curves are compared: gamma 2.2 is that of sRGB but for the shadows. */
const INPUTS = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.9];

/** By how much of an input a tone curve of sRGB may be off: a level and a half of 255. */
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

/** The light of a value of sRGB, both from 0 to 1. */
const srgbLight = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** The output of a parametric tone curve; NaN for one of a form that profiles of sRGB do not have. */
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

/**
 * Whether an ICC profile says sRGB, by its primaries and its tone curves and not by its name. Then a conversion, 15 to
 * 25 ms for a megapixel that is decoded, would change nothing.
 */
export function isSrgb(icc: Buffer): boolean {
  try {
    // A table from device to colour would stand above primaries and curves.
    if (icc.toString('latin1', 16, 20) !== 'RGB ' || profileTag(icc, 'A2B0')) return false;
    if (!['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(profileTag(icc, name)))) return false;
    return Object.entries(PRIMARIES).every(([name, xyz]) => {
      const primary = profileTag(icc, name);
      return (
        primary && xyz.every((value, at) => Math.abs(primary.readInt32BE(8 + at * 4) / 65_536 - value) < TOLERANCE)
      );
    });
  } catch {
    return false;
  }
}
