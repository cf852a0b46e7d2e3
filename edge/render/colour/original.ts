/** The colours of an original: what its header states, and copies whose colours the decoder reads as browsers do. */
import { deflateSync } from 'node:zlib';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Failure } from '../../failure';
import { INPUT } from '../pixels';
import { PNG_SIGNATURE, readPng, writePngChunk } from '../png';
import { hdrRefusal } from '../refusals';
import type { Kind } from '../sniff';
import type { Header, Profile } from '../types';
import { type CodePoints, codePointsOf, hdrOf, profileOf } from './code-points';
import { SRGB_COLORANTS, displayProfile, isSrgb, profileTag } from './icc';

type Colours = Pick<Header, 'profile' | 'srgbProfile' | 'deep' | 'grey' | 'plain'>;

/** The colours that a header states. @returns `UNSUPPORTED` for high dynamic range */
export function coloursOf(file: Buffer, kind: Kind, metadata: Metadata): Colours | Failure {
  const { icc, space, depth, bitsPerSample = 8 } = metadata;
  // Browsers look at a PNG's code points before its profile, and at an AVIF's after.
  const codes = kind === 'png' || !icc ? codePointsOf(kind, file) : undefined;
  const hdr = codes && hdrOf(codes);
  if (hdr) return hdrRefusal(hdr);
  const profile = codes ? statedProfile(codes, kind) : embeddedProfile(metadata);
  return {
    profile,
    srgbProfile: Boolean(icc) && !profile,
    deep: depth === 'ushort',
    grey: space === 'b-w' || space === 'grey16',
    // Pictures that sharp stores as 1, 2 or 4 bits a pixel have the colours of 8.
    plain: (space === 'srgb' || space === 'b-w') && !profile && depth === 'uchar' && bitsPerSample <= 8,
  };
}

function statedProfile(codes: CodePoints, kind: Kind): Profile | undefined {
  const icc = profileOf(codes, kind === 'png');
  return icc && { icc, isOwn: false };
}

const embeddedProfile = ({ icc, space }: Metadata): Profile | undefined =>
  icc && !(space === 'srgb' && isSrgb(icc)) ? { icc, isOwn: true } : undefined;

/** An original, or a copy of it if the decoder does not read its colours as browsers do. */
export async function withReadableColours(original: Buffer, { kind, profile, deep, grey }: Header): Promise<Buffer> {
  if (!profile) return original;
  if (!profile.isOwn) {
    const png = kind === 'png' ? original : await unpack(sharp(original, INPUT), 'srgb');
    return withProfile(png, profile.icc);
  }
  return grey && deep ? greyAsColour(original, profile.icc) : original;
}

/** The decoder cannot convert 16-bit grey, so its tone curve is applied to red, green and blue. */
async function greyAsColour(original: Buffer, icc: Buffer): Promise<Buffer> {
  const curve = profileTag(icc, 'kTRC');
  if (!curve) return original;
  const pixels = await unpack(sharp(original, { ...INPUT, ignoreIcc: true }).autoOrient(), 'rgb16');
  return withProfile(pixels, displayProfile(SRGB_COLORANTS, curve));
}

/** The pixels as an uncompressed PNG. */
const unpack = (image: Sharp, colourspace: 'srgb' | 'rgb16'): Promise<Buffer> =>
  image.toColourspace(colourspace).png({ compressionLevel: 0 }).toBuffer();

/** Chunks that define the colour space of a PNG. */
const COLOURS = /^(?:cICP|iCCP|sRGB|gAMA|cHRM)$/;

/** Replaces the colour space of a PNG by an ICC profile. */
function withProfile(png: Buffer, icc: Buffer): Buffer {
  const stated = writePngChunk('iCCP', Buffer.from('icc\0\0', 'latin1'), deflateSync(icc));
  const chunks = [...readPng(png)].filter(({ name }) => !COLOURS.test(name));
  return Buffer.concat([
    PNG_SIGNATURE,
    ...chunks.flatMap(({ name, body }) => [writePngChunk(name, body), ...(name === 'IHDR' ? [stated] : [])]),
  ]);
}
