import {
  WIDE_PROFILES,
  codedAvif,
  codedPng,
  gammaCurve,
  greyProfile,
  profiledJpeg,
  profiledPng,
  tableCurve,
} from './fixtures/colours';

/** An original whose colours a browser converts. */
export interface ColourCase {
  type: 'image/png' | 'image/jpeg' | 'image/avif';
  make: () => Promise<Buffer>;
  /** Levels of 255 that are no difference. */
  within: number;
}

const GREYS = {
  'dot gain': greyProfile(tableCurve((x) => x ** 1.75)),
  'gamma 1.0': greyProfile(gammaCurve(1)),
  'gamma 1.8': greyProfile(gammaCurve(1.8)),
  'gamma 2.2': greyProfile(gammaCurve(2.2)),
};

/** By how much a conversion of colours may be off. */
const WITHIN = 2;

/** Decoders take 10 bits to 8 in their own ways, which the widest primaries multiply. */
const WITHIN_10_BITS = 3;

const profiled = (profiles: Record<string, Buffer>, channels: 1 | 3): [string, ColourCase][] =>
  Object.entries(profiles).flatMap(([name, icc]): [string, ColourCase][] => [
    [`a JPEG of ${name}`, { type: 'image/jpeg', make: () => profiledJpeg(icc, channels), within: WITHIN }],
    [`a PNG of ${name}`, { type: 'image/png', make: () => profiledPng(icc, channels, 8), within: WITHIN }],
    [
      `a PNG of ${name} with 16 bits`,
      { type: 'image/png', make: () => profiledPng(icc, channels, 16), within: WITHIN },
    ],
  ]);

const CODES = [
  [1, 13],
  [12, 13],
  [9, 13],
  [1, 1],
  [9, 14],
  [1, 4],
  [1, 8],
  [12, 4],
  [5, 13],
  [6, 13],
  [22, 13],
  [4, 13],
  [11, 13],
  [7, 13],
  [1, 5],
  [1, 6],
  [1, 15],
  [2, 2],
  [1, 7],
] as const;

const coded = CODES.flatMap(([primaries, transfer]): [string, ColourCase][] => [
  [
    `a PNG with the code points ${primaries}, ${transfer}`,
    { type: 'image/png', make: () => codedPng(primaries, transfer), within: WITHIN },
  ],
  [
    `an AVIF with the code points ${primaries}, ${transfer}`,
    { type: 'image/avif', make: () => codedAvif(primaries, transfer), within: WITHIN },
  ],
  [
    `an AVIF of 10 bits with the code points ${primaries}, ${transfer}`,
    { type: 'image/avif', make: () => codedAvif(primaries, transfer, 10), within: WITHIN_10_BITS },
  ],
]);

export const COLOUR_CASES: Record<string, ColourCase> = Object.fromEntries([
  ...profiled(WIDE_PROFILES, 3),
  ...profiled(GREYS, 1),
  ...coded,
]);
