/**
 * The URL grammar: from any URL form to one `Variant` of one original, and from a `Variant` to its canonical path.
 *
 * It is bundled into a CloudFront Function, whose language is ES5.1 with some of later years: no for-of, no
 * destructuring, no spread, no default parameters, no classes, no Map or Set (DG: functions-javascript-runtime-20).
 * The build refuses what the language lacks.
 */
import { S3 } from './limits';

export const FITS = ['cover', 'contain', 'inside', 'outside', 'fill'] as const;
export type Fit = (typeof FITS)[number];

export const GRAVITIES = [
  'centre',
  'north',
  'northeast',
  'east',
  'southeast',
  'south',
  'southwest',
  'west',
  'northwest',
  'attention',
  'entropy',
] as const;
export type Gravity = (typeof GRAVITIES)[number];

/** `auto.avif`, `auto.webp` and `auto` are classes of viewers: what such a viewer takes at best. */
export const TARGETS = ['auto.avif', 'auto.webp', 'auto', 'avif', 'webp', 'jpeg', 'png', 'gif'] as const;
export type Target = (typeof TARGETS)[number];

/** The largest width or height that a URL can name, in pixels. */
export const MAX_SIDE = 16_384;

/** Length of a generation, the first segment of every key in the variants bucket: hex digits. */
export const GENERATION_CHARACTERS = 8;

/** Which forms of URL are read, apart from the canonical one and the one without a size. */
export const URL_FORMS = ['first', 'lastFolder', 'query'] as const;
export type UrlForm = (typeof URL_FORMS)[number];

/** A box in pixels. A side that is missing is free; with neither, it is `full`. */
export interface Size {
  width?: number | undefined;
  height?: number | undefined;
}

/** One variant of an original. `fit` and `gravity` of a one-sided size or of `full` are always `inside` and none. */
export interface Variant extends Size {
  fit: Fit;
  /** Only with `cover` and `contain`. */
  gravity?: Gravity | undefined;
  /** On the config's quality scale; missing when it is the default one. */
  quality?: number | undefined;
  target: Target;
}

/** A size of its own name, with its own fit and gravity. */
export interface Preset {
  name: string;
  /** As `printSize` prints it. */
  size: string;
  fit: Fit;
  gravity?: Gravity;
}

/** What the grammar has to know of the config: plain data, since it is bundled into the edge functions. */
export interface Grammar {
  /** The allow-list as `printSize` prints it, in the order of the config, presets' sizes included. */
  sizes: string[];
  presets: Preset[];
  urls: UrlForm[];
  maxDpr: number;
  /** The first is the default, here and in `gravities`. */
  fits: Fit[];
  gravities: Gravity[];
  formats: ('avif' | 'webp')[];
  quality: number;
  qualities: number[];
  snap: boolean;
}

/** A request that cannot be served, and the one line that tells the viewer why. */
export interface Refusal {
  status: 400 | 403 | 404;
  code: string;
  message: string;
}

/** A variant of the original of this key (decoded, without a leading slash). */
export interface Wanted {
  key: string;
  variant: Variant;
}

/** A query string as CloudFront Functions show it; `multiValue` stands only for repeated names. */
export type Query = Record<string, { value: string; multiValue?: { value: string }[] }>;

/** A size as a URL asks for it. */
interface Sized {
  size: Size;
  dpr?: number | undefined;
  preset?: Preset | undefined;
}

// A match that fails costs njs thrice one that succeeds: so these match what is usual, or follow a cheaper look.
// In njs, as in PCRE, `$` matches before a line break at the end too, hence `$(?!\n)`; and `.` matches other
// characters than in Node, hence `[^\n]`.
const DIGITS = /^(?:(\d+)[xX×](\d+)|(\d+)w|(\d+)h)(?:@(\d)x)?$(?!\n)/;
const NAMED = /^([a-z][a-z0-9-]*)(?:@(\d)x)?$(?!\n)/;
const VARIANT = /^(?:full|(\d*)x(\d*))(?:-([a-z]+))?(?:-([a-z]+))?(?:-q(\d+))?\./;
/** No control character, no dot segment, no `//` at the start. */
const PATH = /^(?!\/\/|[^\n]*\/\.\.?(\/|$))[^\x00-\x1f\x7f-\x9f]*$(?!\n)/;
const UNRESERVED = /^[\w.~/-]*$(?!\n)/;
/** A type in a list of `Accept`, none of whose parameters is `q=0`. */
const AVIF = /(^|,)\s*image\/avif\s*(;(?!\s*q=0(\.0*)?\s*(,|;|$))[^,;]*)*(,|$)/i;
const WEBP = /(^|,)\s*image\/webp\s*(;(?!\s*q=0(\.0*)?\s*(,|;|$))[^,;]*)*(,|$)/i;

/** Ends the reading of a request; `refusalOf` is where it arrives. */
function refuse(status: Refusal['status'], code: string, message: string): never {
  // oxlint-disable-next-line only-throw-error -- the language has no classes, and nobody reads a stack here
  throw { status, code, message } satisfies Refusal;
}

/** What `read` returns, or the refusal that it ended with. */
function refusalOr<T>(read: () => T): T | Refusal {
  try {
    return read();
  } catch (thrown) {
    if (isRefusal(thrown)) return thrown;
    throw thrown;
  }
}

/** Tells a refusal from what it stands in place of. */
export const isRefusal = (value: unknown): value is Refusal => Boolean(value && (value as Refusal).status);

const has = <T>(list: readonly T[], value: T): boolean => list.indexOf(value) >= 0;

const isFull = (size: Size): boolean => !size.width && !size.height;

/** Gravity says which part a fit keeps, or where it pads; the other fits do neither. */
export const hasGravity = (fit: Fit): boolean => fit === 'cover' || fit === 'contain';

const hasQuality = (target: Target): boolean => target !== 'png' && target !== 'gif';

/** Whether the config has a format; only the modern ones can be left out. */
const usesFormat = (grammar: Grammar, format: string): boolean =>
  (format !== 'avif' && format !== 'webp') || has(grammar.formats, format);

/** The text of a size as a URL names it: `300x300`, `640w`, `480h`, `full`. */
export function printSize(size: Size): string {
  if (isFull(size)) return 'full';
  if (!size.height) return size.width + 'w';
  return size.width ? size.width + 'x' + size.height : size.height + 'h';
}

const allowed = (values: readonly string[]): string => ' Allowed: ' + values.join(', ') + '.';

const allowedSizes = (grammar: Grammar): string =>
  allowed(grammar.sizes.concat(grammar.presets.map((preset) => preset.name)));

/** Whether a text is a whole number from 1, without leading zeros. */
const isWhole = (text: string, most: number): boolean => /^[1-9]\d*$(?!\n)/.test(text) && +text <= most;

function readSide(digits: string | undefined): number | undefined {
  if (!digits) return undefined;
  if (!isWhole(digits, MAX_SIDE)) {
    refuse(400, 'BAD_SIZE', 'A width or height is a whole number from 1 to ' + MAX_SIDE + ', without leading zeros.');
  }
  return +digits;
}

const readBox = (width: string | undefined, height: string | undefined): Size => ({
  width: readSide(width),
  height: readSide(height),
});

const readRatio = (digit: string | undefined): number | undefined =>
  digit ? +digit || refuse(400, 'BAD_SIZE', 'A pixel ratio is @1x or more.') : undefined;

/** Reads a size of digits: `300x300`, `640w@2x`, `480h`; undefined for a text of any other shape. */
function readDigits(text: string): Sized | undefined {
  const match = +text.charAt(0) >= 0 && DIGITS.exec(text);
  if (!match) return undefined;
  return { size: readBox(match[1] || match[3], match[2] || match[4]), dpr: readRatio(match[5]) };
}

/** Reads `full` or the name of a preset; undefined for any other text. */
function readName(grammar: Grammar, text: string): Sized | undefined {
  const match = NAMED.exec(text);
  const preset = match && grammar.presets.find((each) => each.name === match[1]);
  if (!match || (!preset && match[1] !== 'full')) return undefined;
  return { size: preset ? parseSize(preset.size) : {}, dpr: readRatio(match[2]), preset: preset || undefined };
}

const readToken = (grammar: Grammar, text: string): Sized | undefined => readDigits(text) || readName(grammar, text);

/**
 * Reads a size as `printSize` prints it; any other text is `full`.
 * @throws Refusal for a number out of range
 */
export const parseSize = (text: string): Size => (readDigits(text) || { size: {} }).size;

/** The file name of a variant: the last segment of its canonical path and of its key in the variants bucket. */
export function printVariant(variant: Variant): string {
  let name = isFull(variant) ? 'full-inside' : (variant.width || '') + 'x' + (variant.height || '');
  if (variant.width && variant.height) {
    name += '-' + variant.fit;
    if (variant.gravity) name += '-' + variant.gravity;
  }
  if (variant.quality) name += '-q' + variant.quality;
  return name + '.' + variant.target;
}

const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | undefined =>
  all.find((one) => one === text);

/**
 * Reads a variant's file name.
 * @returns undefined unless `printVariant` prints the very same name: then it is the name of a file
 */
export function parseVariant(name: string): Variant | undefined {
  const target = oneOf(TARGETS, name.slice(name.indexOf('.') + 1));
  const match = target && VARIANT.exec(name);
  if (!match) return undefined;
  const size = refusalOr(() => readBox(match[1], match[2]));
  if (isRefusal(size)) return undefined;
  const fit = oneOf(FITS, match[3]) || 'inside';
  const gravity = oneOf(GRAVITIES, match[4]);
  const quality = match[5] ? +match[5] : undefined;
  const variant: Variant = { width: size.width, height: size.height, fit, gravity, quality, target };
  if (quality && (quality > 100 || !hasQuality(target))) return undefined;
  if (size.width && size.height && hasGravity(fit) !== Boolean(gravity)) return undefined;
  return printVariant(variant) === name ? variant : undefined;
}

/** Whether one of these sizes times a whole number up to `maxDpr` is that of the variant. */
function reaches(grammar: Grammar, sizes: string[], variant: Variant): boolean {
  for (let dpr = 1; dpr <= grammar.maxDpr; dpr++) {
    if (
      has(
        sizes,
        printSize({ width: variant.width && variant.width / dpr, height: variant.height && variant.height / dpr }),
      )
    )
      return true;
  }
  return false;
}

/** Whether the config allows a variant: its size is listed or a preset's, and so is all that goes with it. */
export function allows(grammar: Grammar, variant: Variant): boolean {
  if (!usesFormat(grammar, variant.target.replace('auto.', ''))) return false;
  if (variant.quality && !has(grammar.qualities, variant.quality)) return false;
  if (!reaches(grammar, grammar.sizes, variant)) return false;
  if (!variant.width || !variant.height) return true;
  if (has(grammar.fits, variant.fit) && (!variant.gravity || has(grammar.gravities, variant.gravity))) return true;
  return grammar.presets.some(
    (preset) =>
      preset.fit === variant.fit && preset.gravity === variant.gravity && reaches(grammar, [preset.size], variant),
  );
}

/** The class of a viewer by its `Accept`. Wildcards promise nothing, since every browser sends them; `q=0` refuses. */
function classOf(grammar: Grammar, accept: string): Target {
  if (!WEBP.test(accept)) return 'auto';
  if (usesFormat(grammar, 'avif') && AVIF.test(accept)) return 'auto.avif';
  return usesFormat(grammar, 'webp') ? 'auto.webp' : 'auto';
}

/** Percent-encodes a key for a path: all but `A-Z a-z 0-9 - _ . ~ /`, as upper-case `%XX` of its UTF-8. */
export const encodeKey = (key: string): string =>
  UNRESERVED.test(key)
    ? key
    : encodeURIComponent(key)
        .replace(/%2F/g, '/')
        .replace(/[!'()*]/g, (character) => '%' + character.charCodeAt(0).toString(16).toUpperCase());

/** The canonical path of a variant, percent-encoded. */
export const printPath = (wanted: Wanted): string => '/' + encodeKey(wanted.key) + '/' + printVariant(wanted.variant);

/** Decodes a path once and drops its first slash. */
function readPath(uri: string): string {
  let path = '';
  try {
    path = decodeURIComponent(uri);
    // A lone surrogate decodes, but has no UTF-8.
    encodeURIComponent(path);
  } catch {
    refuse(400, 'BAD_PATH', 'The path is not percent-encoded UTF-8.');
  }
  if (!PATH.test(path)) {
    refuse(400, 'BAD_PATH', 'A path has no control characters, no . or .. segments and no // at its start.');
  }
  return path.slice(1);
}

/** Splits a canonical path; undefined for any other. */
function splitPath(grammar: Grammar, path: string): Wanted | undefined {
  const slash = path.lastIndexOf('/');
  const variant = slash > 0 && parseVariant(path.slice(slash + 1));
  return variant && variant.quality !== grammar.quality ? { key: path.slice(0, slash), variant } : undefined;
}

/** Reads a percent-encoded canonical path; undefined for any other. */
export function parsePath(grammar: Grammar, uri: string): Wanted | undefined {
  const wanted = refusalOr(() => splitPath(grammar, readPath(uri)));
  return isRefusal(wanted) ? undefined : wanted;
}

/** The parameter of this short name, decoded and in lower case; undefined where it is not given. */
type Given = (name: string) => string | undefined;

/** Parameters by their short names. */
const SIZES = ['size', 'd', 'w', 'h'];
const OPTIONS = ['fit', 'g', 'q', 'f', 'dpr'];
/** Longer names, each for the short one that it begins with. */
const LONG_NAMES = ['width', 'height', 'gravity', 'quality', 'format', 'fm'];

/** Reads the parameters of these short names, each once and with a value. */
function readQuery(query: Query, names: string[]): Given {
  const values: Record<string, string> = {};
  for (const sent in query) {
    const written = sent.toLowerCase();
    const name = has(LONG_NAMES, written) ? written.charAt(0) : written;
    if (!has(names, name)) continue;
    const parameter = query[sent] as Query[string];
    let value = '';
    try {
      value = decodeURIComponent(parameter.value).toLowerCase();
    } catch {
      // Refused below, as if it were empty.
    }
    if (!value || values[name] || (parameter.multiValue && parameter.multiValue.length > 1)) {
      refuse(400, 'BAD_OPTION', 'Give ' + written + ' once, with a value.');
    }
    values[name] = value;
  }
  return (name) => values[name];
}

/** The size that a query names; undefined where it names none. */
function readQuerySize(grammar: Grammar, query: Query): Sized | undefined {
  const given = readQuery(query, SIZES);
  const token = given('size');
  const box = given('d');
  const width = given('w');
  const height = given('h');
  if (+!!token + +!!box + +!!(width || height) > 1) refuse(400, 'BAD_SIZE', 'Give one of size, d, or w and h.');
  if (token) return readToken(grammar, token) || refuse(400, 'BAD_SIZE', 'No such size.' + allowedSizes(grammar));
  if (box) return readDigits(box) || refuse(400, 'BAD_SIZE', 'The parameter d is WxH, Ww or Hh.');
  return width || height ? { size: readBox(width, height) } : undefined;
}

/** Finds size and key in a path that is not canonical, by the URL forms in the order in which they are tried. */
function findSize(grammar: Grammar, path: string): { key: string; sized: Sized } {
  const reads = (form: UrlForm) => has(grammar.urls, form);
  const slash = path.indexOf('/');
  let key = path.slice(slash + 1);
  let sized = slash > 0 && key && reads('first') ? readToken(grammar, path.slice(0, slash)) : undefined;
  if (sized) return { key, sized };
  const end = path.lastIndexOf('/');
  const start = path.lastIndexOf('/', end - 1) + 1;
  key = path.slice(0, start) + path.slice(end + 1);
  sized = end > 0 && key && reads('lastFolder') ? readDigits(path.slice(start, end)) : undefined;
  return sized ? { key, sized } : { key: path, sized: { size: {} } };
}

/** The value of an option, which has to be known (400) and usable (403); undefined where it is not given. */
function choice<T extends string>(
  name: string,
  text: string | undefined,
  known: readonly T[],
  isUsable: (value: T) => boolean,
): T | undefined {
  if (!text) return undefined;
  const value = oneOf(known, text === 'center' ? 'centre' : text === 'jpg' ? 'jpeg' : text);
  if (value && isUsable(value)) return value;
  const usable = allowed(known.filter(isUsable));
  return value
    ? refuse(403, 'OPTION_NOT_ALLOWED', 'No such ' + name + ' here.' + usable)
    : refuse(400, 'BAD_OPTION', 'No such ' + name + '.' + usable);
}

/** What `format` can be: the viewer's class, or a format. */
const FORMATS = TARGETS.slice(2);

/** A whole number from 1 in the query; undefined where it is not given. */
function wholeNumber(name: string, text: string | undefined, most: number): number | undefined {
  if (text && !isWhole(text, most)) {
    refuse(400, 'BAD_OPTION', name + ' is a whole number from 1' + (most < MAX_SIDE ? ' to ' + most : '') + '.');
  }
  return text ? +text : undefined;
}

/** The listed quality that is nearest; of two as near, the higher. */
const nearestQuality = (grammar: Grammar, wanted: number): number =>
  grammar.qualities.reduce((best, next) => {
    const nearer = Math.abs(next - wanted) - Math.abs(best - wanted);
    return nearer < 0 || (nearer === 0 && next > best) ? next : best;
  });

/** The smallest listed size of the same shape that covers the one asked for, or that one where none does. */
function snapped(grammar: Grammar, size: Size): Size {
  const area = (one: Size) => (one.width || 1) * (one.height || 1);
  const covers = grammar.sizes
    .map(parseSize)
    .filter(
      (one) =>
        !one.width === !size.width &&
        !one.height === !size.height &&
        (one.width || 0) >= (size.width || 0) &&
        (one.height || 0) >= (size.height || 0),
    );
  return covers.length ? covers.reduce((best, next) => (area(next) < area(best) ? next : best)) : size;
}

/** Completes a size with the options of the query, into the variant that it asks for. */
function readVariant(grammar: Grammar, sized: Sized, query: Query, accept: string): Variant {
  const given = readQuery(query, OPTIONS);
  const fit = choice('fit', given('fit'), FITS, (value) => has(grammar.fits, value));
  const gravity = choice('gravity', given('g'), GRAVITIES, (value) => has(grammar.gravities, value));
  const format = choice('format', given('f'), FORMATS, (value) => usesFormat(grammar, value));
  const quality = wholeNumber('quality', given('q'), 100);
  const asked = wholeNumber('dpr', given('dpr'), Infinity);

  if (asked && sized.dpr) refuse(400, 'BAD_OPTION', 'Give the pixel ratio once: as dpr or as @Nx.');
  const dpr = asked || sized.dpr || 1;
  if (dpr > grammar.maxDpr)
    refuse(403, 'OPTION_NOT_ALLOWED', 'The largest pixel ratio here is ' + grammar.maxDpr + '.');
  const listed = has(grammar.sizes, printSize(sized.size));
  const size = grammar.snap && !listed ? snapped(grammar, sized.size) : sized.size;
  const width = (size.width || 0) * dpr;
  const height = (size.height || 0) * dpr;
  if ((!listed && size === sized.size) || width > MAX_SIDE || height > MAX_SIDE) {
    refuse(403, 'SIZE_NOT_ALLOWED', 'No such size here.' + allowedSizes(grammar));
  }

  const variant: Variant = {
    width: width || undefined,
    height: height || undefined,
    fit: 'inside',
    target: !format || format === 'auto' ? classOf(grammar, accept) : format,
  };
  if (width && height) {
    const preset = sized.preset;
    variant.fit = fit || (preset ? preset.fit : (grammar.fits[0] as Fit));
    if (hasGravity(variant.fit)) {
      const own = preset && preset.fit === variant.fit ? preset.gravity : undefined;
      variant.gravity = gravity || own || (grammar.gravities[0] as Gravity);
    }
  }
  // The fit of a preset need not be on the list, and is then allowed with the gravity of the preset alone.
  if (!allows(grammar, variant)) refuseOption(grammar);
  if (quality && grammar.qualities.length && hasQuality(variant.target)) {
    const nearest = nearestQuality(grammar, quality);
    if (nearest !== grammar.quality) variant.quality = nearest;
  }
  return variant;
}

function refuseOption(grammar: Grammar): never {
  const options = grammar.qualities.map(String).concat(grammar.fits, grammar.gravities, grammar.formats);
  return refuse(403, 'OPTION_NOT_ALLOWED', 'No such option of a variant here.' + allowed(options));
}

function readRequest(grammar: Grammar, uri: string, query: Query, accept: string): string {
  const path = readPath(uri);
  if (!path) refuse(404, 'NO_KEY', 'Ask for /{key} or /{size}/{key}.' + allowedSizes(grammar));
  // A size in the query makes the whole path a key, so that an original is reached whose name reads as a variant's.
  const querySize = has(grammar.urls, 'query') ? readQuerySize(grammar, query) : undefined;
  let wanted = querySize ? undefined : splitPath(grammar, path);
  if (wanted) {
    const variant = wanted.variant;
    if (variant.target.slice(0, 4) === 'auto') variant.target = classOf(grammar, accept);
    if (!allows(grammar, variant)) {
      if (!reaches(grammar, grammar.sizes, variant)) {
        refuse(403, 'SIZE_NOT_ALLOWED', 'No such variant here.' + allowedSizes(grammar));
      }
      refuseOption(grammar);
    }
  } else {
    const found = querySize ? { key: path, sized: querySize } : findSize(grammar, path);
    wanted = { key: found.key, variant: readVariant(grammar, found.sized, query, accept) };
  }
  if (wanted.key.charAt(0) === '/') refuse(400, 'BAD_PATH', 'A key cannot begin with a slash.');
  const canonical = printPath(wanted);
  const room = S3.keyBytes - GENERATION_CHARACTERS;
  if (canonical.length > room) {
    // Counted by split: in njs, the time that replace takes grows with the square of the escapes.
    const excess = canonical.length - 2 * (canonical.split('%').length - 1) - room;
    if (excess > 0)
      refuse(400, 'KEY_TOO_LONG', 'The key is ' + excess + ' bytes too long for its variant to be stored.');
  }
  return canonical;
}

/**
 * Normalises a request to the canonical path of the one variant that it asks for.
 * @param uri the path as the viewer sent it, percent-encoded
 * @param query names and values as sent, which is how CloudFront hands them over
 * @param accept the viewer's `Accept`, or ''
 */
export const normalise = (grammar: Grammar, uri: string, query: Query, accept: string): string | Refusal =>
  refusalOr(() => readRequest(grammar, uri, query, accept));
