/** Colours that a file states by the numbers of ITU-T H.273, and the ICC profiles equivalent to them. */
import { FULL_BOX_BYTES, boxOf, boxesIn } from '../heif/boxes';
import { readPngHead } from '../png';
import { type Colorants, P3_COLORANTS, SRGB_COLORANTS, SRGB_CURVE, displayProfile, toneCurve } from './icc';

/** The colours of a file, as an AVIF's `nclx` and a PNG's `cICP` state them. */
export interface CodePoints {
  primaries: number;
  transfer: number;
}

/** The code points that an AVIF or a PNG states, if any. */
export function codePointsOf(kind: string, original: Buffer): CodePoints | undefined {
  if (kind === 'avif') return avifCodePoints(original);
  return kind === 'png' ? pngCodePoints(original) : undefined;
}

/** The name of a transfer function of high dynamic range; undefined for all others. */
export const hdrOf = ({ transfer }: CodePoints): string | undefined => HDR[transfer];

/** The ICC profile equivalent to code points, as browsers read them; undefined for sRGB and unspecified values. */
export function profileOf({ primaries, transfer }: CodePoints, isPng: boolean): Buffer | undefined {
  const colorants = PRIMARIES[primaries] ?? SRGB_COLORANTS;
  // AVIF photographs are labelled BT.709 but are sRGB, and browsers show them as sRGB.
  const isFilm = FILM_TRANSFERS.has(transfer) && isPng;
  const curve = isFilm ? FILM_CURVE : (CURVES[transfer] ?? SRGB_CURVE);
  return colorants === SRGB_COLORANTS && curve === SRGB_CURVE ? undefined : displayProfile(colorants, curve);
}

/** Colorants by the number of their primaries. Numbers that are missing count as sRGB. */
const PRIMARIES: Record<number, Colorants> = {
  4: [
    [0.6345, 0.311, -0.0012],
    [0.1851, 0.5915, 0.0555],
    [0.1446, 0.0975, 0.7706],
  ],
  5: [
    [0.4552, 0.2323, 0.0145],
    [0.3676, 0.7078, 0.1049],
    [0.1414, 0.0599, 0.7055],
  ],
  9: [
    [0.6735, 0.279, -0.0019],
    [0.1657, 0.6753, 0.03],
    [0.125, 0.0456, 0.7969],
  ],
  11: [
    [0.4862, 0.2267, -0.0008],
    [0.3239, 0.7103, 0.0432],
    [0.1542, 0.063, 0.7825],
  ],
  12: P3_COLORANTS,
  22: [
    [0.4543, 0.2419, 0.0149],
    [0.3533, 0.6737, 0.0906],
    [0.1566, 0.0844, 0.7194],
  ],
};

/** How displays show pictures that cameras encode by BT.709, 601 or 2020 (BT.1886). */
const FILM_CURVE = toneCurve(2.4);

const FILM_TRANSFERS = new Set([1, 6, 14, 15]);

const CURVES: Record<number, Buffer> = { 4: toneCurve(2.2), 5: toneCurve(2.8), 8: toneCurve(1) };

/** High dynamic range: brighter than sRGB, and every viewer maps it differently. */
const HDR: Record<number, string> = { 16: 'PQ', 18: 'HLG' };

function avifCodePoints(avif: Buffer): CodePoints | undefined {
  const meta = boxOf(avif, 'meta', 0, avif.length);
  const properties = meta && boxOf(avif, 'iprp', meta.content + FULL_BOX_BYTES, meta.end);
  const container = properties && boxOf(avif, 'ipco', properties.content, properties.end);
  if (!container) return undefined;
  const colour = [...boxesIn(avif, container.content, container.end)].find(
    ({ name, content }) => name === 'colr' && avif.toString('latin1', content, content + 4) === 'nclx',
  );
  return colour && codePointsIn(avif.subarray(colour.content + 4, colour.end));
}

/** The code points of a property `nclx`; undefined if it is too short. */
export const codePointsIn = (nclx: Buffer): CodePoints | undefined =>
  nclx.length < 4 ? undefined : { primaries: nclx.readUInt16BE(0), transfer: nclx.readUInt16BE(2) };

function pngCodePoints(png: Buffer): CodePoints | undefined {
  for (const { name, body } of readPngHead(png)) {
    if (name === 'cICP' && body.length === 4) return { primaries: body[0]!, transfer: body[1]! };
  }
  return undefined;
}
