/**
 * A variant: one size, fit, quality and format of one original, and the name of its file.
 *
 * This file and `viewer-request/` are bundled into a CloudFront Function, whose language is ES5.1 with some later
 * features: no for-of, no destructuring, no spread, no default parameters, no classes, no Map or Set (DG:
 * functions-javascript-runtime-20). The build refuses what the language lacks. It also shortens all names of
 * properties, so an object literal cannot be looked up by text from a URL: use lists and pairs. Statements labelled
 * SIGNED, PRIVATE, BASE or SNAP are dropped from a function whose config does not use that feature.
 */

import { type Size, isBox, isFull, parseSide } from './size';

export const FITS = ['cover', 'contain', 'inside', 'outside', 'fill'] as const;
export type Fit = (typeof FITS)[number];

/**
 * The part that a crop keeps, or where padding puts the picture. `focus` is the original's focal point, else its
 * centre.
 */
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

/** Formats that not every viewer accepts, best first. */
export const MODERN_FORMATS = ['avif', 'webp'] as const;
export type ModernFormat = (typeof MODERN_FORMATS)[number];

export type Format = ModernFormat | 'jpeg' | 'png' | 'gif';
export const FORMATS: readonly Format[] = (MODERN_FORMATS as readonly Format[]).concat(['jpeg', 'png', 'gif']);

/** Classes of viewers, by the best format that they accept. The renderer chooses the format within a class. */
export const VIEWER_CLASSES = ['auto.avif', 'auto.webp', 'auto'] as const;
export type ViewerClass = (typeof VIEWER_CLASSES)[number];

/** What a picture is rendered for: a class of viewers, or one format. */
export type PictureTarget = ViewerClass | Format;
export const TARGETS: readonly PictureTarget[] = (VIEWER_CLASSES as readonly PictureTarget[]).concat(FORMATS);

/** The parts of `info.json`, the facts about a picture: a variant like any other, stored, refreshed and counted. */
export const INFO = 'info';
export const INFO_TARGET = 'json';

export type Target = PictureTarget | typeof INFO_TARGET;

/** Forms of URL that a config can turn off. The canonical one and the one without a size are always read. */
export const URL_FORMS = ['first', 'lastFolder', 'query'] as const;
export type UrlForm = (typeof URL_FORMS)[number];

/** Left, top, width and height of a part of an upright original, in `CROP_PARTS` of its sides. */
export type Crop = number[];

/**
 * One variant of an original. Without both sides, `fit` is `inside`, and there is no gravity. The variant of a preset
 * with operations, and `info`, have `preset` in place of a size.
 */
export interface Variant extends Size {
  /** Of signed requests only, and never with `preset`. */
  crop?: Crop | undefined;
  /** A preset with operations and its pixel ratio, as `{name}-{hash}` or `{name}-{hash}@2x`; or `info`. */
  preset?: string | undefined;
  fit: Fit;
  /** Only with `cover` and `contain`. */
  gravity?: Gravity | undefined;
  /** On the config's quality scale; missing when it is the default one. */
  quality?: number | undefined;
  target: Target;
  /** Hex digits of a hash of its bytes, in the second name of a variant that is too large for a function's response. */
  digest?: string | undefined;
}

/** What a URL can ask for besides a size. */
type Option = Exclude<keyof Variant, keyof Size | 'preset' | 'crop' | 'digest'>;

/** A variant of the original of this key (decoded, without a leading slash). */
export interface VariantRequest {
  key: string;
  variant: Variant;
}

/** A size with a name, and with its own fit and gravity. */
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

/** A preset with operations: a variant of its own, named after the preset and a hash of all that it does. */
export interface NamedPreset {
  name: string;
  hash: string;
  /** Its only format; undefined if the query may choose. */
  format?: Format;
  /** The largest pixel ratio that makes a difference, if that is not the grammar's. */
  maxDpr?: number;
  /** URLs ask for it by its name only. */
  size?: undefined;
  fit?: undefined;
  gravity?: undefined;
}

/** The part of the config that the grammar needs: plain data, since it is bundled into the edge functions. */
export interface Grammar {
  /** The allow-list, as `printSize` prints it, in the order of the config. It includes the sizes of presets. */
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
  /** What every path begins with, canonical ones included, like `/img`; empty if the distribution has only images. */
  base: string;
  /** The largest side that a signed URL may ask for, in pixels; undefined if the config takes no signatures. */
  signed?: number | undefined;
  /** What the keys of originals for members begin with; undefined if there are no such folders. */
  folders?: string[] | undefined;
  /** Whether the function is for these folders, and not for all others. */
  isForMembers?: boolean | undefined;
  /** Whether the request has a valid signature, and so may ask for more than the lists have. */
  isSigned?: boolean | undefined;
}

// In njs, a match that fails costs three times one that succeeds. So these match what is usual, or follow a cheaper check.
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
 * Parses a variant's file name without its digest.
 * @returns undefined unless `printVariant` prints exactly this name, since any other may be part of a key
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

/** All values of each option: those that a URL can ask for, and those of presets. */
export const optionsOf = (grammar: Grammar): { [Name in Option]: readonly Variant[Name][] } => ({
  fit: grammar.fits.concat(grammar.presets.flatMap((preset) => preset.fit || [])),
  gravity: grammar.gravities.concat(grammar.presets.flatMap((preset) => preset.gravity || [])),
  quality: grammar.qualities,
  target: TARGETS,
});

/** Whether the config lists the options that go with any size: all but fit and gravity. */
export const hasListedOptions = (grammar: Grammar, variant: Variant): boolean =>
  !variant.quality || has(grammar.qualities, variant.quality);

/** Whether a fit crops or pads, so that gravity matters. */
export const hasGravity = (fit: Fit): boolean => fit === 'cover' || fit === 'contain';

export const hasQuality = (target: Target): boolean => target !== 'png' && target !== 'gif';

export const has = <T>(list: readonly T[], value: T): boolean => list.indexOf(value) >= 0;

/** The text as one of these values; undefined for any other text. */
export const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | undefined =>
  all.find((one) => one === text);
