import { BLOCK } from './gif/format';
import { codingOf, readItems } from './heif/items';

/** The kinds of original that are read. */
export type Kind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic' | 'tiff' | 'svg';

/**
 * The kind of an original by its first bytes, whatever its name. No other kind reaches a decoder: sharp would try more.
 * A text that begins with `<` may be an SVG; its root element decides.
 */
export function sniff(original: Buffer): Kind | undefined {
  if (original.length < 8) return undefined;
  const start = ascii(original, 0, 4);
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start === '\x89PNG') return 'png';
  if (start === 'GIF8') return 'gif';
  if (start === 'RIFF' && ascii(original, 8, 12) === 'WEBP') return 'webp';
  if (start === 'II*\0' || start === 'MM\0*') return 'tiff';
  if (ascii(original, 4, 8) === 'ftyp' && HEIF.test(ascii(original, 8, 12))) return isHevc(original) ? 'heic' : 'avif';
  // In UTF-16 every other byte of ASCII is null.
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*</.test(ascii(original, 0, 64).replaceAll('\0', ''))
    ? 'svg'
    : undefined;
}

/**
 * The original as its decoder accepts it. It refuses the brand of AVIF sequences, but reads their still under the other
 * brand; and it refuses a GIF that lacks only its end.
 */
export function readable(original: Buffer): Buffer {
  if (original.toString('latin1', 0, 4) === 'GIF8') {
    return original.at(-1) === BLOCK.trailer ? original : Buffer.concat([original, END_OF_GIF]);
  }
  if (!isUnderOtherBrand(original)) return original;
  const still = Buffer.from(original);
  still.write('avif', 8, 'latin1');
  return still;
}

/** Whether an AVIF is a sequence by its main brand. It also contains a still of its first frame. */
export const isAvifSequence = (avif: Buffer): boolean => ascii(avif, 4, 12) === 'ftypavis';

const ascii = (original: Buffer, from: number, to: number): string => original.toString('latin1', from, to);

/** ISO base media brands of images; several may have either AV1 or HEVC inside. */
const HEIF = /^(?:avif|avis|mif1|msf1|miaf|heic|heix|heim|heis|hevc|hevx)$/;

/** The brands that promise HEVC, for a file that does not say how its picture is coded. */
const HEIC = /^he(?:ic|ix|im|is|vc|vx)$/;

/** How the picture of an AVIF or HEIC is coded, like `av01`; undefined if the file does not say it. */
function codingOfFile(original: Buffer): string | undefined {
  const items = readItems(original);
  return items && codingOf(items);
}

function isHevc(original: Buffer): boolean {
  const coding = codingOfFile(original);
  return coding === undefined ? HEIC.test(ascii(original, 8, 12)) : coding === 'hvc1';
}

/** The ends of a picture's data and of the file. */
const END_OF_GIF = Buffer.from([0, BLOCK.trailer]);

/** Whether an AVIF has another main brand, by which its decoder refuses it. */
const isUnderOtherBrand = (original: Buffer): boolean =>
  ascii(original, 4, 8) === 'ftyp' &&
  ascii(original, 8, 12) !== 'avif' &&
  (isAvifSequence(original) || codingOfFile(original) === 'av01');
