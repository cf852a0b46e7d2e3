/**
 * A variant: one size, fit, quality and format of one original, and the canonical path that names it. The path is the
 * cache key, and below the generation the key in the variants bucket.
 *
 * This file and `viewer-request/` are bundled into a CloudFront Function, whose language is ES5.1 with some of later
 * years: no for-of, no destructuring, no spread, no default parameters, no classes, no Map or Set
 * (DG: functions-javascript-runtime-20). The build refuses what the language lacks. It also shortens all properties, so
 * no object here is looked up by a text from outside: lists and pairs are. Statements with the labels SIGNED, PRIVATE, BASE
 * and SNAP are left out of a function whose config does not have what they are for.
 */

import { CROP_PARTS } from './name-parts';
import { belowBase, decodePath } from './path';
import { type Size, isBox, isFull, parseSide } from './size';

export { DIGEST_CHARACTERS, GENERATION_CHARACTERS } from './name-parts';

export const FITS = ['cover', 'contain', 'inside', 'outside', 'fill'] as const;
export type Fit = (typeof FITS)[number];

/** What a crop keeps, or where padding leaves the picture. `focus` is the focal point of the original, else its centre. */
export const GRAVITIES = [
  'focus',
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

/** Formats that not every viewer takes, best first. */
export const MODERN_FORMATS = ['avif', 'webp'] as const;
export type ModernFormat = (typeof MODERN_FORMATS)[number];

export type Format = ModernFormat | 'jpeg' | 'png' | 'gif';
export const FORMATS: readonly Format[] = (MODERN_FORMATS as readonly Format[]).concat(['jpeg', 'png', 'gif']);

/** Classes of viewers, by the best that they take; the renderer chooses the format within a class. */
export const VIEWER_CLASSES = ['auto.avif', 'auto.webp', 'auto'] as const;
export type ViewerClass = (typeof VIEWER_CLASSES)[number];

/** What pictures are made of a variant for. */
export type PictureTarget = ViewerClass | Format;
export const TARGETS: readonly PictureTarget[] = (VIEWER_CLASSES as readonly PictureTarget[]).concat(FORMATS);

/** Of `info.json`, the facts about a picture, which is a variant as any other: stored, refreshed and counted. */
export const INFO = 'info';
export const INFO_TARGET = 'json';

export type Target = PictureTarget | typeof INFO_TARGET;

/** Which forms of URL are read, apart from the canonical one and the one without a size. */
export const URL_FORMS = ['first', 'lastFolder', 'query'] as const;
export type UrlForm = (typeof URL_FORMS)[number];

/** Left, top, width and height of a part of an upright original, in `CROP_PARTS` of its sides. */
export type Crop = number[];

/**
 * One variant of an original. `fit` and `gravity` of a one-sided size or of `full` are always `inside` and none; the
 * variant of a preset with operations, and `info`, has neither those nor a size, but the preset.
 */
export interface Variant extends Size {
  /** Only of a signed request, and never with `preset`. */
  crop?: Crop | undefined;
  /** A preset with operations and its pixel ratio, as `{name}-{hash}` or `{name}-{hash}@2x`; or `info`. */
  preset?: string | undefined;
  fit: Fit;
  /** Only with `cover` and `contain`. */
  gravity?: Gravity | undefined;
  /** On the config's quality scale; missing when it is the default one. */
  quality?: number | undefined;
  target: Target;
  /** Of the bytes of one that is too large for a function's response, in its second name: hex digits. */
  digest?: string | undefined;
}

/** What a URL can ask for beside a size. */
type Option = Exclude<keyof Variant, keyof Size | 'preset' | 'crop' | 'digest'>;

/** A variant of the original of this key (decoded, without a leading slash). */
export interface VariantRequest {
  key: string;
  variant: Variant;
}

/** A size of its own name, with its own fit and gravity. */
export interface Preset {
  name: string;
  hash?: undefined;
  /** As `printSize` prints it. */
  size: string;
  fit: Fit;
  gravity?: Gravity;
  format?: undefined;
  maxDpr?: undefined;
}

/** A preset with operations: a variant of its own, named by the preset and by a hash of all that it does. */
export interface NamedPreset {
  name: string;
  hash: string;
  /** The only format that it has; missing where the query may choose. */
  format?: Format;
  /** The largest pixel ratio that makes a difference; missing where it is that of the grammar. */
  maxDpr?: number;
  /** No URL asks for its size but by its name. */
  size?: undefined;
  fit?: undefined;
  gravity?: undefined;
}

/** What the grammar has to know of the config: plain data, since it is bundled into the edge functions. */
export interface Grammar {
  /** The allow-list as `printSize` prints it, in the order of the config, sizes of presets included. */
  sizes: string[];
  presets: (Preset | NamedPreset)[];
  urls: UrlForm[];
  maxDpr: number;
  /** The first is the default, here and in `gravities`. */
  fits: Fit[];
  gravities: Gravity[];
  formats: ModernFormat[];
  quality: number;
  qualities: number[];
  snap: boolean;
  /** Before every path, canonical ones included, such as `/img`; empty where images have the distribution to themselves. */
  base: string;
  /** Largest side that a signature may ask for, in pixels; missing where none is taken. */
  signed?: number | undefined;
  /** What keys of originals for members begin with; missing where there are no such folders. */
  folders?: string[] | undefined;
  /** Whether it is for what is below these folders alone, not for all else. */
  isForMembers?: boolean | undefined;
  /** Whether it is for requests whose signature holds, which may ask for more than what is listed. */
  isSigned?: boolean | undefined;
}

// A match that fails costs njs thrice one that succeeds: so these match what is usual, or follow a cheaper look.
// In njs, as in PCRE, `$` matches before a line break at the end too, hence `$(?!\n)`; and `.` matches other
// characters than in Node, hence `[^\n]`.
const VARIANT = /^(?:full|(\d*)x(\d*))(?:-([a-z]+))?(?:-([a-z]+))?(?:-q(\d+))?\./;
const CROP = /^c(\d+)_(\d+)_(\d+)_(\d+)-/;
const NAMED = /^([a-z\d-]+)(?:@([2-9])x)?\./;
/** No control character, no dot segment, no `//` at the start. */
const PATH = /^(?!\/\/|[^\n]*\/\.\.?(\/|$))[^\x00-\x1f\x7f-\x9f]*$(?!\n)/;
const DIGEST = /~([\da-f]{8})$(?!\n)/;
const UNRESERVED = /^[\w.~/-]*$(?!\n)/;

/** The canonical path of a variant, percent-encoded. */
export function printPath(grammar: Grammar, request: VariantRequest): string {
  let path = '/' + encodeKey(request.key + '/' + printVariant(request.variant));
  BASE: path = grammar.base + path;
  return path;
}

/** Reads a percent-encoded canonical path; undefined for any other. */
export function parsePath(grammar: Grammar, uri: string): VariantRequest | undefined {
  const path = decodePath(uri);
  const below = path && belowBase(grammar.base, path);
  return below && isSafePath(below) ? splitPath(grammar, below.slice(1)) : undefined;
}

/** Splits a decoded canonical path without base and first slash; undefined for any other. */
export function splitPath(grammar: Grammar, path: string): VariantRequest | undefined {
  const slash = path.lastIndexOf('/');
  const match = path.indexOf('~', slash) > 0 && DIGEST.exec(path);
  const name = path.slice(slash + 1, match ? match.index : path.length);
  let variant = slash > 0 && (parseVariant(name) || parseNamed(grammar, name));
  SIGNED: if (grammar.signed && slash > 0 && !variant) variant = parseCropped(name);
  if (!variant || variant.quality === grammar.quality) return undefined;
  if (match) variant.digest = match[1];
  return { key: path.slice(0, slash), variant };
}

/** Whether a decoded path has no control characters, no `.` or `..` segments and no `//` at its start. */
export const isSafePath = (path: string): boolean => PATH.test(path);

/** Percent-encodes a key for a path: all but `A-Z a-z 0-9 - _ . ~ /`, as upper-case `%XX` of its UTF-8. */
export const encodeKey = (key: string): string =>
  UNRESERVED.test(key)
    ? key
    : encodeURIComponent(key)
        .replace(/%2F/g, '/')
        .replace(/[!'()*]/g, (character) => '%' + character.charCodeAt(0).toString(16).toUpperCase());

/** The file name of a variant: the last segment of its canonical path and of its key in the variants bucket. */
export function printVariant(variant: Variant): string {
  let name = variant.preset || (isFull(variant) ? 'full-inside' : (variant.width || '') + 'x' + (variant.height || ''));
  SIGNED: if (variant.crop) name = 'c' + variant.crop.join('_') + '-' + name;
  if (isBox(variant)) {
    name += '-' + variant.fit;
    if (variant.gravity) name += '-' + variant.gravity;
  }
  if (variant.quality) name += '-q' + variant.quality;
  return name + '.' + variant.target + (variant.digest ? '~' + variant.digest : '');
}

/**
 * Reads a variant's file name, but for its digest.
 * @returns undefined unless `printVariant` prints the very same name: then it is the name of a file
 */
export function parseVariant(name: string): Variant | undefined {
  const target = oneOf(TARGETS, name.slice(name.indexOf('.') + 1));
  const match = target && VARIANT.exec(name);
  if (!match) return undefined;
  const quality = match[5] ? +match[5] : undefined;
  const variant: Variant = {
    width: parseSide(match[1]),
    height: parseSide(match[2]),
    fit: oneOf(FITS, match[3]) || 'inside',
    gravity: oneOf(GRAVITIES, match[4]),
    quality,
    target,
  };
  if (quality && (quality > 100 || !hasQuality(target))) return undefined;
  if (isBox(variant) && hasGravity(variant.fit) !== Boolean(variant.gravity)) return undefined;
  return printVariant(variant) === name ? variant : undefined;
}

/** Reads the file name of a variant with a crop; undefined unless `printVariant` prints the very same name. */
export function parseCropped(name: string): Variant | undefined {
  const match = CROP.exec(name);
  const variant = match && parseVariant(name.slice(match[0].length));
  if (!variant) return undefined;
  const crop = (variant.crop = match.slice(1).map(Number));
  const width = crop[2] as number;
  const height = crop[3] as number;
  const isInside = (crop[0] as number) + width <= CROP_PARTS && (crop[1] as number) + height <= CROP_PARTS;
  // All of the picture is no crop, so that a variant has one name.
  const isPart = isInside && width * height > 0 && width + height < 2 * CROP_PARTS;
  return isPart && printVariant(variant) === name ? variant : undefined;
}

/**
 * Reads the file name of a variant of a preset with operations, or of `info`.
 * @returns undefined unless the config has this very preset: names of files end in hashes, too
 */
export function parseNamed(grammar: Grammar, name: string): Variant | undefined {
  const match = NAMED.exec(name);
  if (!match) return undefined;
  const preset: { format?: Target; maxDpr?: number } | undefined =
    match[1] === INFO
      ? { format: INFO_TARGET, maxDpr: 1 }
      : grammar.presets.find((each) => each.hash && printNamed(each) === match[1]);
  const target = preset && oneOf(preset.format ? [preset.format] : TARGETS, name.slice(match[0].length));
  if (!target || +(match[2] || 1) > (preset.maxDpr || grammar.maxDpr)) return undefined;
  return { preset: match[0].slice(0, -1), fit: 'inside', target };
}

/** The name of the variants of a preset with operations. */
export const printNamed = (preset: NamedPreset): string => preset.name + '-' + preset.hash;

/** What the options of a variant can be: the values that a URL can ask for, and those of presets. */
export const optionsOf = (grammar: Grammar): { [Name in Option]: readonly Variant[Name][] } => ({
  fit: grammar.fits.concat(grammar.presets.flatMap((preset) => preset.fit || [])),
  gravity: grammar.gravities.concat(grammar.presets.flatMap((preset) => preset.gravity || [])),
  quality: grammar.qualities,
  target: TARGETS,
});

/** Whether the options of a variant are listed that go with any size: all but fit and gravity. */
export const hasListedOptions = (grammar: Grammar, variant: Variant): boolean =>
  !variant.quality || has(grammar.qualities, variant.quality);

/** Gravity says which part a fit keeps, or where it pads; the other fits do neither. */
export const hasGravity = (fit: Fit): boolean => fit === 'cover' || fit === 'contain';

export const hasQuality = (target: Target): boolean => target !== 'png' && target !== 'gif';

export const has = <T>(list: readonly T[], value: T): boolean => list.indexOf(value) >= 0;

/** The text as one of these values; undefined if it is none. */
export const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | undefined =>
  all.find((one) => one === text);
