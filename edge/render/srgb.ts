/** Chromaticities of sRGB's primaries, adapted to D50, as the tags of an ICC profile hold them. */
const PRIMARIES = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;

/** Profiles of sRGB differ by so much in rounding; Display P3 and Adobe RGB differ by fifty times as much. */
const TOLERANCE = 0.002;

/** sRGB's tone curve at half of the scale, and how far other tables of it are off; gamma 1.8 is at 0.287. */
const HALF = { value: 0.214, tolerance: 0.005 };

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

/** The output of a tone curve for an input of one half. */
function atHalf(curve: Buffer): number {
  if (curve.toString('latin1', 0, 4) === 'para') {
    const g = curve.readInt32BE(12) / 65_536;
    if (curve.readUInt16BE(8) === 0) return 0.5 ** g;
    return (0.5 * (curve.readInt32BE(16) / 65_536) + curve.readInt32BE(20) / 65_536) ** g;
  }
  const count = curve.readUInt32BE(8);
  if (count === 0) return 0.5;
  if (count === 1) return 0.5 ** (curve.readUInt16BE(12) / 256);
  return curve.readUInt16BE(12 + 2 * Math.floor((count - 1) / 2)) / 65_535;
}

/**
 * Whether an ICC profile says sRGB, by its primaries and its tone curve and not by its name. Then a conversion, 15 to
 * 25 ms for a megapixel that is decoded, would change nothing.
 */
export function isSrgb(icc: Buffer): boolean {
  try {
    const curve = profileTag(icc, 'rTRC');
    // A table from device to colour would stand above primaries and curves.
    if (icc.toString('latin1', 16, 20) !== 'RGB ' || !curve || profileTag(icc, 'A2B0')) return false;
    if (Math.abs(atHalf(curve) - HALF.value) > HALF.tolerance) return false;
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
