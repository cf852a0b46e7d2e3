/**
 * A variant: one size, fit, quality and format of one original, and the name of its file.
 *
 * This file and `viewer-request/` are bundled into a CloudFront Function, whose language is ES5.1 with some of later
 * years: no for-of, no destructuring, no spread, no default parameters, no classes, no Map or Set
 * (DG: functions-javascript-runtime-20). The build refuses what the language lacks. It also shortens all properties, so
 * no object here is looked up by a text from outside: lists and pairs are. Statements with the labels SIGNED, PRIVATE, BASE
 * and SNAP are left out of a function whose config does not have what they are for.
 */

import { type Size, isBox, isFull, parseSide } from './size';

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
