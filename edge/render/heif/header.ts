/** The header of a HEIC: what its picture costs to decode, and its colours. */
import type { Failure } from '../../failure';
import type { Size } from '../../size';
import { codePointsIn, hdrOf, profileOf } from '../colour/code-points';
import { colourSpaceOf } from '../colour/icc';
import { corrupt, hdrRefusal, tooManyPixels, unsupported } from '../refusals';
import { type Box, FULL_BOX_BYTES } from './boxes';
import { type Items, readItems } from './items';
import { sizeIn } from './sequence-parameters';

export interface HeicHeader extends Required<Size> {
  /** Pixels to decode: of each tile as often as it is used, and of the transparency. */
  codedPixels: number;
  /** Its colour profile, unless it is sRGB. */
  icc?: Buffer;
}

/** Names of the auxiliary picture that is the transparency. ISO/IEC 23008-12, 6.9, and 23000-22, 7.3.5.2. */
const ALPHA = /^urn:mpeg:(?:hevc:2015:auxid:1|mpegB:cicp:systems:auxiliary:alpha)\0/;

/**
 * Reads the header of a HEIC.
 * @returns `UNSUPPORTED` unless the picture is one of HEVC or a grid of them, and for high dynamic range; `CORRUPT` if
 *   sizes are missing
 */
export function readHeicHeader(file: Buffer): HeicHeader | Failure {
  const items = readItems(file);
  if (!items) return corrupt();
  const { primary } = items;
  const colour = codedIn(file, items, primary);
  if (!colour) return unsupported();
  const alpha = alphaOf(file, items).map((item) => codedIn(file, items, item) ?? []);
  const coded = [...colour, ...alpha.flat()];
  const size = statedSize(file, items.propertiesOf(primary)) ?? coded[0];
  if (!size || coded.some((each) => each === undefined)) return corrupt();
  const codedPixels = coded.reduce((sum, each) => sum + each!.width * each!.height, 0);
  const space = colourOf(file, [
    ...items.propertiesOf(primary),
    ...tilesOf(items, primary).slice(0, 1).flatMap(items.propertiesOf),
  ]);
  if ('code' in space) return space;
  return { width: size.width, height: size.height, codedPixels, ...space };
}

const tilesOf = ({ references }: Items, grid: number): number[] =>
  references.filter(({ type, from }) => type === 'dimg' && from === grid).flatMap(({ to }) => to);

const alphaOf = (file: Buffer, { primary, references, propertiesOf }: Items): number[] =>
  references
    .filter(({ type, to }) => type === 'auxl' && to.includes(primary))
    .map(({ from }) => from)
    .filter((item) =>
      propertiesOf(item).some(
        ({ name, content, end }) =>
          name === 'auxC' && ALPHA.test(file.toString('latin1', content + FULL_BOX_BYTES, end)),
      ),
    );

/**
 * The sizes of the coded pictures of an item.
 * @returns undefined for an item of another kind; a size is undefined where nothing states it
 */
function codedIn(file: Buffer, items: Items, item: number): (Required<Size> | undefined)[] | undefined {
  const type = items.types.get(item);
  if (type === 'hvc1') return [codedSize(file, items, item)];
  const tiles = tilesOf(items, item);
  if (type !== 'grid' || tiles.length === 0) return undefined;
  if (!tiles.every((tile) => items.types.get(tile) === 'hvc1')) return undefined;
  // A tile may be used any number of times.
  const sizes = new Map(tiles.map((tile) => [tile, codedSize(file, items, tile)]));
  return tiles.map((tile) => sizes.get(tile));
}

function statedSize(file: Buffer, properties: Box[]): Required<Size> | undefined {
  const box = properties.find(({ name }) => name === 'ispe');
  const at = (box?.content ?? 0) + FULL_BOX_BYTES;
  if (!box || at + 8 > box.end) return undefined;
  return { width: file.readUInt32BE(at), height: file.readUInt32BE(at + 4) };
}

/** The largest size that is stated anywhere for a coded picture. */
function codedSize(file: Buffer, items: Items, item: number): Required<Size> | undefined {
  const properties = items.propertiesOf(item);
  const configuration = properties.find(({ name }) => name === 'hvcC');
  let largest = statedSize(file, properties);
  // One by one: there may be millions of units.
  for (const unit of configuration ? unitsOf(file, configuration, items.partsOf(item)) : []) {
    const size = sizeIn(unit);
    if (size && size.width * size.height > (largest ? largest.width * largest.height : 0)) largest = size;
  }
  return largest;
}

/** Offsets in the configuration: of the bytes of a length, and of the number of lists. ISO/IEC 14496-15, 8.3.3. */
const [LENGTH_SIZE, LISTS] = [21, 22];

/** The units of HEVC: those in the configuration, and those of the picture itself. */
function* unitsOf(file: Buffer, { content, end }: Box, parts: Buffer[] = []): Generator<Buffer> {
  const configuration = file.subarray(content, end);
  let at = LISTS + 1;
  for (let list = configuration[LISTS] ?? 0; list > 0 && at + 3 <= configuration.length; list--) {
    const count = configuration.readUInt16BE(at + 1);
    at += 3;
    for (let unit = 0; unit < count && at + 2 <= configuration.length; unit++) {
      const length = configuration.readUInt16BE(at);
      yield configuration.subarray(at + 2, at + 2 + length);
      at += 2 + length;
    }
  }
  const lengthBytes = ((configuration[LENGTH_SIZE] ?? 0) & 3) + 1;
  const data = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  for (let from = 0; from + lengthBytes <= data.length;) {
    const length = data.readUIntBE(from, lengthBytes);
    from += lengthBytes;
    yield data.subarray(from, from + length);
    from += length;
  }
}

/** A profile counts before code points, as in browsers. */
function colourOf(file: Buffer, properties: Box[]): Pick<HeicHeader, 'icc'> | Failure {
  const stated = properties
    .filter(({ name }) => name === 'colr')
    .map(({ content, end }) => file.subarray(content, end));
  const ofType = (...types: string[]) =>
    stated.find((each) => types.includes(each.toString('latin1', 0, 4)))?.subarray(4);
  const icc = ofType('prof', 'rICC');
  if (icc && colourSpaceOf(icc) === 'RGB ') return { icc };
  const nclx = ofType('nclx');
  const codes = nclx && codePointsIn(nclx);
  if (!codes) return {};
  const hdr = hdrOf(codes);
  if (hdr) return hdrRefusal(hdr);
  const made = profileOf(codes, false);
  return made ? { icc: made } : {};
}

/** Coded pixels for each visible pixel: tiles reach beyond the edges, and transparency has as many again. */
const CODED_RATIO = 2;

/** Refuses a HEIC over its limit, by its header. @param most pixels of a HEIC */
export const overHeicLimit = ({ width, height, codedPixels }: HeicHeader, most: number): Failure | undefined =>
  tooManyPixels(Math.max(width * height, codedPixels / CODED_RATIO), most);
