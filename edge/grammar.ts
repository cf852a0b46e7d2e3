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

/** A box in pixels. A side that is missing is free; with neither, it is `full`. */
export interface Size {
  width?: number;
  height?: number;
}

/** One variant of an original. `fit` and `gravity` of a one-sided size or of `full` are always `inside` and none. */
export interface Variant extends Size {
  fit: Fit;
  /** Only with `cover` and `contain`. */
  gravity?: Gravity;
  /** On the config's quality scale; missing when it is the default one. */
  quality?: number;
  target: Target;
}

/** A size of its own name, with its own fit and gravity. */
export interface Preset {
  name: string;
  width: number;
  height: number;
  fit: Fit;
  gravity?: Gravity;
}

/** What the grammar has to know of the config: plain data, since it is bundled into the edge functions. */
export interface Grammar {
  /** The allow-list, in the order of the config, presets' sizes included. */
  sizes: Size[];
  presets: Preset[];
  urls: { first: boolean; lastFolder: boolean; query: boolean };
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

interface Sized {
  size: Size;
  dpr?: number;
  preset?: Preset;
}

const DIGITS = /^(?:(\d+)[xX×](\d+)|(\d+)w|(\d+)h)(?:@(\d)x)?$/;
const NAMED = /^([a-z][a-z0-9-]*)(?:@(\d)x)?$/;
const NAME = /^(?:(full)|(\d*)x(\d*))(?:-([a-z]+))?(?:-([a-z]+))?(?:-q(\d+))?\.([a-z.]+)$/;
// oxlint-disable-next-line no-control-regex -- control characters are what it is there to find
const CONTROL = /[\x00-\x1f\x7f]/;

const refuse = (status: Refusal['status'], code: string, message: string): Refusal => ({ status, code, message });

/** Tells a refusal from what it stands in place of. */
export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && (value as Refusal).status > 0;

const isFull = (size: Size): boolean => !size.width && !size.height;

/** The text of a size as a URL names it: `300x300`, `640w`, `480h`, `full`. */
export function printSize(size: Size): string {
  if (isFull(size)) return 'full';
  if (!size.height) return size.width + 'w';
  return size.width ? size.width + 'x' + size.height : size.height + 'h';
}

const listed = (grammar: Grammar): string =>
  grammar.sizes
    .map(printSize)
    .concat(grammar.presets.map((preset) => preset.name))
    .join(', ');

/** A number of pixels without leading zero, from 1 to `MAX_SIDE`; else 0. */
const side = (digits: string): number => (/^[1-9]\d{0,4}$/.test(digits) && +digits <= MAX_SIDE ? +digits : 0);

const badSize = (): Refusal =>
  refuse(400, 'BAD_SIZE', 'Sizes are WxH, Ww or Hh, each number from 1 to ' + MAX_SIDE + ' without a leading zero.');

const boxOf = (width: number, height: number): Size => {
  const size: Size = {};
  if (width) size.width = width;
  if (height) size.height = height;
  return size;
};

/**
 * Reads a size of digits: `300x300`, `640w@2x`, `480h`.
 * @returns undefined for a text of any other shape, a refusal for a number out of range
 */
export function parseDigits(text: string): Sized | Refusal | undefined {
  const match = DIGITS.exec(text);
  if (!match) return undefined;
  const width = match[1] || match[3];
  const height = match[2] || match[4];
  if ((width && !side(width)) || (height && !side(height)) || match[5] === '0') return badSize();
  const sized: Sized = { size: boxOf(+(width || 0), +(height || 0)) };
  if (match[5]) sized.dpr = +match[5];
  return sized;
}

function parseNamed(grammar: Grammar, text: string): Sized | Refusal | undefined {
  const match = NAMED.exec(text);
  if (!match) return undefined;
  const preset = grammar.presets.find((candidate) => candidate.name === match[1]);
  if (!preset && match[1] !== 'full') return undefined;
  if (match[2] === '0') return badSize();
  const sized: Sized = { size: preset ? boxOf(preset.width, preset.height) : {} };
  if (preset) sized.preset = preset;
  if (match[2]) sized.dpr = +match[2];
  return sized;
}

const parseToken = (grammar: Grammar, text: string): Sized | Refusal | undefined =>
  parseDigits(text) || parseNamed(grammar, text);

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

/** Gravity says which part a fit keeps or where it pads; the other fits do neither. */
export const hasGravity = (fit: Fit): boolean => fit === 'cover' || fit === 'contain';

const hasQuality = (target: Target): boolean => target !== 'png' && target !== 'gif';

const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | undefined =>
  all.find((one) => one === text);

/**
 * Reads a variant's file name.
 * @returns undefined unless `printVariant` would print the very same name: then it is the name of a file
 */
export function parseVariant(name: string): Variant | undefined {
  const match = NAME.exec(name);
  if (!match) return undefined;
  const target = oneOf(TARGETS, match[7]);
  if (!target || (!match[1] && !match[2] && !match[3])) return undefined;
  if ((match[2] && !side(match[2])) || (match[3] && !side(match[3]))) return undefined;
  const variant: Variant = { fit: oneOf(FITS, match[4]) || 'inside', target };
  if (match[2]) variant.width = +match[2];
  if (match[3]) variant.height = +match[3];
  const gravity = oneOf(GRAVITIES, match[5]);
  if (gravity && hasGravity(variant.fit)) variant.gravity = gravity;
  if (match[6] && hasQuality(target) && +match[6] >= 1 && +match[6] <= 100) variant.quality = +match[6];
  const complete = !variant.width || !variant.height || hasGravity(variant.fit) === Boolean(variant.gravity);
  return complete && printVariant(variant) === name ? variant : undefined;
}

/** Whether a size times a whole number up to `maxDpr` is this one. */
const reaches = (grammar: Grammar, size: Size, variant: Variant): boolean => {
  if (isFull(size) || isFull(variant)) return isFull(size) && isFull(variant);
  for (let dpr = 1; dpr <= grammar.maxDpr; dpr++) {
    if ((size.width || 0) * dpr === (variant.width || 0) && (size.height || 0) * dpr === (variant.height || 0)) {
      return true;
    }
  }
  return false;
};

const enabled = <T>(list: readonly T[], value: T | undefined): boolean =>
  value === undefined || list.indexOf(value) >= 0;

/** Whether the config allows a variant: its size is listed or a preset's, and so is all that goes with it. */
export function allows(grammar: Grammar, variant: Variant): boolean {
  const target = variant.target;
  const needs = target === 'auto.avif' ? 'avif' : target === 'auto.webp' ? 'webp' : target;
  if ((needs === 'avif' || needs === 'webp') && !enabled(grammar.formats, needs)) return false;
  if (!enabled(grammar.qualities, variant.quality)) return false;
  if (!grammar.sizes.some((size) => reaches(grammar, size, variant))) return false;
  if (!variant.width || !variant.height) return true;
  if (enabled(grammar.fits, variant.fit) && enabled(grammar.gravities, variant.gravity)) return true;
  return grammar.presets.some(
    (preset) => preset.fit === variant.fit && preset.gravity === variant.gravity && reaches(grammar, preset, variant),
  );
}

/**
 * The class of a viewer by its `Accept`. Wildcards promise nothing, since every browser sends them; `q=0` refuses.
 */
export function classOf(grammar: Grammar, accept: string): Target {
  const types = accept.toLowerCase().split(',');
  const takes = (format: 'avif' | 'webp'): boolean =>
    types.some((type) => {
      const parts = type.split(';').map((part) => part.trim());
      return parts[0] === 'image/' + format && !parts.some((part) => /^q=0(\.0*)?$/.test(part));
    });
  if (!takes('webp')) return 'auto';
  if (enabled(grammar.formats, 'avif') && takes('avif')) return 'auto.avif';
  return enabled(grammar.formats, 'webp') ? 'auto.webp' : 'auto';
}

/** Percent-encodes a key for a path: all but `A-Z a-z 0-9 - _ . ~ /`, as upper-case `%XX` of its UTF-8. */
export const encodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replace(/%2F/g, '/')
    .replace(/[!'()*]/g, (character) => '%' + character.charCodeAt(0).toString(16).toUpperCase());

/** The canonical path of a variant, percent-encoded. */
export const printPath = (wanted: Wanted): string => '/' + encodeKey(wanted.key) + '/' + printVariant(wanted.variant);

const badPath = (what: string): Refusal =>
  refuse(
    400,
    'BAD_PATH',
    what + ' Paths are percent-encoded UTF-8 without control characters, dot segments or a leading //.',
  );

/** Decodes a path once and drops its first slash. */
function decodePath(uri: string): string | Refusal {
  let path;
  try {
    path = decodeURIComponent(uri);
    encodeURIComponent(path);
  } catch {
    return badPath('The path is not valid UTF-8 or holds an invalid escape.');
  }
  if (CONTROL.test(path)) return badPath('The path holds a control character.');
  if (path.slice(0, 2) === '//') return badPath('The path begins with //.');
  const segments = path.split('/');
  if (segments.indexOf('.') >= 0 || segments.indexOf('..') >= 0) return badPath('The path holds a dot segment.');
  return path.slice(1);
}

/**
 * Reads a canonical path.
 * @returns undefined for any other path
 */
export function parsePath(grammar: Grammar, uri: string): Wanted | undefined {
  const path = decodePath(uri);
  return isRefusal(path) ? undefined : splitPath(grammar, path);
}

function splitPath(grammar: Grammar, path: string): Wanted | undefined {
  const slash = path.lastIndexOf('/');
  const variant = slash > 0 && parseVariant(path.slice(slash + 1));
  return variant && variant.quality !== grammar.quality ? { key: path.slice(0, slash), variant } : undefined;
}

/** The one value that a request gives under any of these names, decoded and in lower case. */
function parameter(query: Query, names: string[]): string | undefined | Refusal {
  const present = names.filter((name) => query[name]);
  if (!present.length) return undefined;
  const name = present[0] as string;
  const given = query[name] as Query[string];
  const bad = (why: string) => refuse(400, 'BAD_OPTION', 'Parameter ' + name + ' ' + why + '.');
  if (present.length > 1) return bad('and ' + present[1] + ' mean the same: give one');
  if (given.multiValue && given.multiValue.length > 1) return bad('is given more than once');
  if (!given.value) return bad('is empty');
  try {
    return decodeURIComponent(given.value).toLowerCase();
  } catch {
    return bad('holds an invalid escape');
  }
}

const WIDTH = ['w', 'width'];
const HEIGHT = ['h', 'height'];

/** The size that a query names, or undefined where it names none. */
function querySize(grammar: Grammar, query: Query): Sized | Refusal | undefined {
  const token = parameter(query, ['size']);
  const box = parameter(query, ['d']);
  const width = parameter(query, WIDTH);
  const height = parameter(query, HEIGHT);
  const refusal = [token, box, width, height].find(isRefusal);
  if (refusal) return refusal;
  const ways = +(token !== undefined) + +(box !== undefined) + +(width !== undefined || height !== undefined);
  if (!ways) return undefined;
  if (ways > 1) return refuse(400, 'BAD_SIZE', 'Give the size once: as size, as d, or as w and h.');
  if (token !== undefined) {
    return (
      parseToken(grammar, token as string) ||
      refuse(400, 'BAD_SIZE', 'Parameter size is a size or a name. Allowed: ' + listed(grammar) + '.')
    );
  }
  if (box !== undefined) {
    return parseDigits(box as string) || refuse(400, 'BAD_SIZE', 'Parameter d is WxH, Ww or Hh.');
  }
  if ((width !== undefined && !side(width as string)) || (height !== undefined && !side(height as string))) {
    return badSize();
  }
  return { size: boxOf(+((width as string) || 0), +((height as string) || 0)) };
}

/** Finds size and key by the URL forms, in the order in which they are tried. */
function findSize(grammar: Grammar, path: string, query: Query): { key: string; sized: Sized } | Refusal {
  const found = (key: string, sized: Sized | Refusal) => (isRefusal(sized) ? sized : { key, sized });
  const inQuery = grammar.urls.query && querySize(grammar, query);
  if (inQuery) return found(path, inQuery);
  const segments = path.split('/');
  if (grammar.urls.first && segments.length > 1) {
    const key = segments.slice(1).join('/');
    const sized = key && parseToken(grammar, segments[0] as string);
    if (sized) return found(key, sized);
  }
  if (grammar.urls.lastFolder && segments.length > 1) {
    const last = segments.length - 1;
    const key = segments
      .slice(0, last - 1)
      .concat(segments.slice(last))
      .join('/');
    const sized = key && parseDigits(segments[last - 1] as string);
    if (sized) return found(key, sized);
  }
  return { key: path, sized: { size: {} } };
}

/** The value of an option: known, else 400; enabled, else 403. */
function choice<T extends string>(
  query: Query,
  names: string[],
  known: readonly T[],
  usable: readonly T[],
  aliases: Record<string, T>,
): T | undefined | Refusal {
  const text = parameter(query, names);
  if (text === undefined || isRefusal(text)) return text;
  const value = oneOf(known, aliases[text] || text);
  const allowed = ' Allowed: ' + usable.join(', ') + '.';
  const name = names[names.length - 1];
  if (!value) return refuse(400, 'BAD_OPTION', 'Unknown value of ' + name + '.' + allowed);
  return enabled(usable, value)
    ? value
    : refuse(403, 'OPTION_NOT_ALLOWED', 'This ' + name + ' is not enabled.' + allowed);
}

const FORMATS = ['auto', 'avif', 'webp', 'jpeg', 'png', 'gif'] as const;

/** A whole number in the query, from 1 to `most`. */
function wholeNumber(query: Query, names: string[], most: number): number | undefined | Refusal {
  const text = parameter(query, names);
  if (text === undefined || isRefusal(text)) return text;
  return /^[1-9]\d*$/.test(text) && +text <= most
    ? +text
    : refuse(
        400,
        'BAD_OPTION',
        'Parameter ' +
          names[names.length - 1] +
          ' is a whole number from 1' +
          (most < Infinity ? ' to ' + most : '') +
          '.',
      );
}

/** The listed quality that is nearest; of two as near, the higher. */
const nearestQuality = (grammar: Grammar, wanted: number): number =>
  grammar.qualities.reduce((best, next) => {
    const nearer = Math.abs(next - wanted) - Math.abs(best - wanted);
    return nearer < 0 || (nearer === 0 && next > best) ? next : best;
  });

const area = (size: Size): number => (size.width || 1) * (size.height || 1);

/** With `snap`, the smallest listed size of the same shape that covers the one asked for, if there is one. */
function snapped(grammar: Grammar, size: Size): Size {
  const covers = grammar.sizes.filter(
    (one) =>
      !one.width === !size.width &&
      !one.height === !size.height &&
      (one.width || 0) >= (size.width || 0) &&
      (one.height || 0) >= (size.height || 0),
  );
  return covers.length ? covers.reduce((best, next) => (area(next) < area(best) ? next : best)) : size;
}

const isListed = (grammar: Grammar, size: Size): boolean =>
  grammar.sizes.some((one) => one.width === size.width && one.height === size.height);

/** Completes a size with the options of the query, into the variant that it asks for. */
function withOptions(grammar: Grammar, sized: Sized, query: Query, accept: string): Variant | Refusal {
  const fit = choice(query, ['fit'], FITS, grammar.fits, {});
  if (isRefusal(fit)) return fit;
  const gravity = choice(query, ['g', 'gravity'], GRAVITIES, grammar.gravities, { center: 'centre' });
  if (isRefusal(gravity)) return gravity;
  const usable = FORMATS.filter(
    (format) => (format !== 'avif' && format !== 'webp') || enabled(grammar.formats, format),
  );
  const format = choice(query, ['f', 'fm', 'format'], FORMATS, usable, { jpg: 'jpeg' });
  if (isRefusal(format)) return format;
  const quality = wholeNumber(query, ['q', 'quality'], 100);
  if (isRefusal(quality)) return quality;
  const asked = wholeNumber(query, ['dpr'], Infinity);
  if (isRefusal(asked)) return asked;
  if (asked && sized.dpr) return refuse(400, 'BAD_OPTION', 'Give the pixel ratio once: as dpr or as @Nx.');

  const dpr = asked || sized.dpr || 1;
  if (dpr > grammar.maxDpr) {
    return refuse(403, 'OPTION_NOT_ALLOWED', 'The largest pixel ratio allowed is ' + grammar.maxDpr + '.');
  }
  let size = sized.size;
  if (grammar.snap && !isListed(grammar, size)) size = snapped(grammar, size);
  const width = (size.width || 0) * dpr;
  const height = (size.height || 0) * dpr;
  if (!isListed(grammar, size) || width > MAX_SIDE || height > MAX_SIDE) {
    const asAsked = printSize(sized.size) + (dpr > 1 ? '@' + dpr + 'x' : '');
    return refuse(403, 'SIZE_NOT_ALLOWED', 'Size ' + asAsked + ' is not allowed. Allowed: ' + listed(grammar) + '.');
  }

  const variant: Variant = { fit: 'inside', target: !format || format === 'auto' ? classOf(grammar, accept) : format };
  if (width) variant.width = width;
  if (height) variant.height = height;
  if (width && height) {
    const preset = sized.preset;
    variant.fit = fit || (preset ? preset.fit : (grammar.fits[0] as Fit));
    if (hasGravity(variant.fit)) {
      variant.gravity = gravity || (preset && preset.gravity) || (grammar.gravities[0] as Gravity);
    }
  }
  if (quality && grammar.qualities.length && hasQuality(variant.target)) {
    const nearest = nearestQuality(grammar, quality);
    if (nearest !== grammar.quality) variant.quality = nearest;
  }
  return variant;
}

/**
 * Normalises a request to the one variant that it asks for. Never throws.
 * @param uri the path as the viewer sent it, percent-encoded
 * @param query names in lower case, as CloudFront hands them over; values as sent
 * @param accept the viewer's `Accept`, or ''
 */
export function normalise(grammar: Grammar, uri: string, query: Query, accept: string): Wanted | Refusal {
  const path = decodePath(uri);
  if (isRefusal(path)) return path;
  if (!path)
    return refuse(404, 'NO_KEY', 'No image is named. Ask for /{key} or /{size}/{key}; sizes: ' + listed(grammar) + '.');

  let wanted = splitPath(grammar, path);
  if (wanted) {
    if (wanted.variant.target.slice(0, 4) === 'auto') wanted.variant.target = classOf(grammar, accept);
    if (!allows(grammar, wanted.variant)) {
      return refuse(403, 'SIZE_NOT_ALLOWED', 'This variant is not allowed. Allowed: ' + listed(grammar) + '.');
    }
  } else {
    const found = findSize(grammar, path, query);
    if (isRefusal(found)) return found;
    const variant = withOptions(grammar, found.sized, query, accept);
    if (isRefusal(variant)) return variant;
    wanted = { key: found.key, variant };
  }
  if (wanted.key.charAt(0) === '/') return refuse(400, 'BAD_PATH', 'A key cannot begin with a slash.');
  const bytes = GENERATION_CHARACTERS + printPath(wanted).replace(/%../g, '.').length;
  if (bytes > S3.keyBytes) {
    return refuse(
      400,
      'KEY_TOO_LONG',
      'The key is too long: with its variant it has to fit into ' + S3.keyBytes + ' bytes.',
    );
  }
  return wanted;
}
