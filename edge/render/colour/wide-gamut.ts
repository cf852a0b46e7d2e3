/** Colours outside of sRGB: which originals have them, and how variants have them, in Display P3. */
import sharp, { type Sharp } from 'sharp';
import { MODERN_FORMATS } from '../../variant';
import type { Pixels } from '../pixels';
import { writeTiff } from '../tiff';
import type { Choice, Header, RenderSettings } from '../types';
import { P3_COLORANTS, SRGB_CURVE, colorantsOf, displayProfile, fixed, srgbLight } from './icc';

/** Whether a variant keeps the wide colours of its original: those of a still in a modern format. */
export const keepsGamut = (
  { profile, pages }: Header,
  { formats }: Choice,
  { colour }: Pick<RenderSettings, 'colour'>,
): boolean =>
  colour === 'p3' &&
  pages === 1 &&
  formats.some((format) => (MODERN_FORMATS as readonly string[]).includes(format)) &&
  profile !== undefined &&
  isWide(profile.icc);

/** Pixels of Display P3, to be encoded with its profile. */
export const inDisplayP3 = (pixels: Pixels): Sharp =>
  sharp(writeTiff(pixels, DISPLAY_P3), { limitInputPixels: false }).keepIccProfile();

/** The background of the config, a colour of sRGB, in Display P3. */
export function backgroundInP3(background: string): string {
  if (!background.startsWith('#')) return background;
  const srgb = [1, 3, 5].map((at) => Number.parseInt(background.slice(at, at + 2), 16) / 255);
  const p3 = times(SRGB_TO_P3, srgb.map(srgbLight)).map((light) => Math.round(fromLight(light) * 255));
  return `#${Buffer.from(p3).toString('hex')}`;
}

type Matrix = readonly (readonly [number, number, number])[];

const times = (matrix: Matrix, vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, at) => sum + value * vector[at]!, 0));

/** From X, Y and Z, adapted to D50, to linear sRGB. */
const XYZ_TO_SRGB: Matrix = [
  [3.1339, -1.6169, -0.4906],
  [-0.9788, 1.9161, 0.0335],
  [0.0719, -0.229, 1.4052],
];

/** From linear sRGB to linear Display P3. CSS Color 4, chapter 17. */
const SRGB_TO_P3: Matrix = [
  [0.82246, 0.17754, 0],
  [0.03319, 0.96681, 0],
  [0.01708, 0.0724, 0.91052],
];

/** How far outside of sRGB a colorant of a wide space is: by 0.22 in Display P3, by 0.04 in television before HDTV. */
const OUTSIDE = -0.1;

const isWide = (icc: Buffer): boolean =>
  colorantsOf(icc)?.some((colorant) => times(XYZ_TO_SRGB, colorant).some((light) => light < OUTSIDE)) ?? false;

/** The content of a tag with a text in English (ICC.1:2022, 10.15). */
function text(value: string): Buffer {
  const characters = Buffer.from(value, 'utf16le').swap16();
  const head = Buffer.from('mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\0\0\0\0\x1c', 'latin1');
  head.writeUInt32BE(characters.length, 20);
  return Buffer.concat([head, characters]);
}

/** The adaptation of daylight, D65, to the D50 of profiles: Bradford's matrix. */
const ADAPTATION = Buffer.concat([
  Buffer.from('sf32\0\0\0\0', 'latin1'),
  fixed(1.04788, 0.02292, -0.05019, 0.02959, 0.99048, -0.01706, -0.00923, 0.01508, 0.75168),
]);

/** Made from published numbers, and as short as a profile of ICC's version 4 can be. */
export const DISPLAY_P3 = displayProfile(P3_COLORANTS, SRGB_CURVE, [
  ['desc', text('P3')],
  ['cprt', text('CC0')],
  ['chad', ADAPTATION],
]);

const fromLight = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
