/** The URL grammar: from any form of URL to the canonical path of the one variant that it asks for, or to a refusal. */
import { allows, allowsUnlisted, isEnabled, isListed } from '../allow-list';
import type { Values } from '../event-values';
import { S3_KEY_BYTES } from '../limits';
import { belowBase, decodePath, isSafePath, printPath, splitPath } from '../path';
import {
  FITS,
  FORMATS,
  type Fit,
  GRAVITIES,
  type Gravity,
  type Grammar,
  INFO,
  INFO_TARGET,
  type NamedPreset,
  type Preset,
  type Target,
  VIEWER_CLASSES,
  type Variant,
  type VariantRequest,
  has,
  hasGravity,
  hasQuality,
  oneOf,
  printVariant,
} from '../variant';
import { DIGEST_CHARACTERS, GENERATION_CHARACTERS, CROP_PARTS, MAX_SIDE } from '../grammar-constants';
import { parseCropped } from '../crop-name';
import { printNamed } from '../named-preset';
import { type Size, isBox, longestSide, parseSide, parseSize, printSize, splitSize } from '../size';
import { readDpr } from './pixel-ratio';
import { readChoice, readQuality, readQuery } from './query';
import type { UrlGrammar } from './snap';
import {
  type Refusal,
  allowed,
  allowedSizes,
  badOption,
  badPath,
  badSize,
  isRefusal,
  notAllowed,
  refuse,
  refuseOption,
} from './refusal';
import { viewerClass } from './viewer-class';

/** A size as a URL asks for it. */
interface SizeToken {
  size: Size;
  dpr?: string | undefined;
  preset?: Preset | NamedPreset | undefined;
}

/** Names of parameters, each in its short form. */
const SIZE_PARAMETERS = ['size', 'd', 'w', 'h'];
const NAMED_PARAMETERS = ['dpr', 'f'];
const OPTION_PARAMETERS = ['fit', 'g', 'q'].concat(NAMED_PARAMETERS);
/** What the parameter `f` can be: the class of the viewer, the facts, or a format. */
const FORMAT_VALUES = (['auto', INFO_TARGET] as Target[]).concat(FORMATS);

/**
 * Normalises a request to the canonical path of the one variant that it asks for.
 * @param uri the path as the viewer sent it, percent-encoded
 * @param query names and values as sent, which is how CloudFront hands them over
 * @param accept the viewer's `Accept`, or ''
 */
export function normalise(grammar: UrlGrammar, uri: string, query: Values, accept: string): string | Refusal {
  try {
    const request = readRequest(grammar, readPath(grammar, uri), query, accept);
    if (request.key[0] === '/') badPath('A key cannot begin with a slash.');
    PRIVATE: if (grammar.folders) checkFolder(grammar, grammar.folders, request.key);
    const path = printPath(grammar, request);
    checkLength(path, request.variant.digest ? 0 : 1 + DIGEST_CHARACTERS);
    return path;
  } catch (thrown) {
    if (isRefusal(thrown)) return thrown;
    throw thrown;
  }
}

/**
 * Refuses what is of the other behaviour. CloudFront chooses one by the path as it is written, and keeps what both answer
 * under the same canonical path.
 */
function checkFolder(grammar: Grammar, folders: string[], key: string): void {
  const isForMembers = folders.some((folder) => key.startsWith(folder));
  if (isForMembers === !grammar.isForMembers) {
    refuse(403, 'OTHER_FOLDER', 'URLs for members begin with ' + folders.join(' or ') + '.');
  }
}

/** Decodes a path once, and drops the base and the slash after it. */
function readPath(grammar: Grammar, uri: string): string {
  let path = decodePath(uri);
  if (path === undefined) return badPath('The path is not percent-encoded UTF-8.');
  BASE: path = belowBase(grammar.base, path) || refuse(404, 'OUTSIDE_BASE', 'Images are below ' + grammar.base + '/.');
  if (!isSafePath(path)) {
    badPath('A path has no control characters, . or .. segments, or // at its start.');
  }
  if (path.length < 2) refuse(404, 'NO_KEY', 'Ask for /{key} or /{size}/{key}.' + allowedSizes(grammar, {}));
  return path.slice(1);
}

/** Tries the forms of URL in their order: a size in the query, the canonical path, a size in the path, none. */
function readRequest(grammar: UrlGrammar, path: string, query: Values, accept: string): VariantRequest {
  // A size in the query makes the whole path a key, so that an original is reached whose name reads as a variant's.
  const token = has(grammar.urls, 'query') && readQuerySize(grammar, query);
  if (token) return { key: path, variant: readVariant(grammar, token, query, accept) };
  const canonical = splitPath(grammar, path);
  if (canonical) return readCanonical(grammar, canonical, accept);
  const found = readPathSize(grammar, path);
  return { key: found.key, variant: readVariant(grammar, found.token, query, accept) };
}

/** Takes the class of the viewer anew, and checks the variant against the config. */
function readCanonical(grammar: Grammar, request: VariantRequest, accept: string): VariantRequest {
  const variant = request.variant;
  const target = oneOf(VIEWER_CLASSES, variant.target) ? viewerClass(grammar, accept) : variant.target;
  if (target !== variant.target) {
    variant.target = target;
    // The digest is that of another class's bytes.
    variant.digest = undefined;
  }
  if (allows(grammar, variant)) return request;
  if (variant.preset || isListed(grammar, grammar.sizes, variant)) return refuseOption(grammar);
  return refuse(403, 'SIZE_NOT_ALLOWED', 'No such variant here.' + allowedSizes(grammar, variant));
}

/** The size that a query names; undefined where it names none. */
function readQuerySize(grammar: Grammar, query: Values): SizeToken | undefined {
  const parameter = readQuery(query, SIZE_PARAMETERS);
  const token = parameter('size');
  const box = parameter('d');
  const width = parameter('w');
  const height = parameter('h');
  if ((token && box) || ((token || box) && (width || height))) badSize('Give one of size, d, or w and h.');
  if (token) return readToken(grammar, token) || badSize('No such size here.' + allowedSizes(grammar, {}));
  if (box) return readToken(undefined, box) || badSize('The parameter d is WxH, Ww or Hh.');
  return width || height ? { size: { width: readSide(width), height: readSide(height) } } : undefined;
}

/** Finds size and key in a path: the size as the first segment, as the last folder, or none. */
function readPathSize(grammar: Grammar, path: string): { key: string; token: SizeToken } {
  const slash = path.indexOf('/');
  let key = path.slice(slash + 1);
  let token = slash > 0 && key && has(grammar.urls, 'first') && readToken(grammar, path.slice(0, slash));
  if (token) return { key, token };
  const end = path.lastIndexOf('/');
  const start = path.lastIndexOf('/', end - 1) + 1;
  key = path.slice(0, start) + path.slice(end + 1);
  token = end > 0 && key && has(grammar.urls, 'lastFolder') && readToken(undefined, path.slice(start, end));
  return token ? { key, token } : { key: path, token: { size: {} } };
}

/**
 * Reads `300x300`, `640w`, `480h`, each also with `@2x`; with a grammar also `full` and the name of a preset.
 * @returns undefined for any other text
 */
function readToken(grammar: Grammar | undefined, text: string): SizeToken | undefined {
  const at = text.indexOf('@');
  const ratio = at > 0 && /^@([\d.]+)x$(?!\n)/.exec(text.slice(at));
  const name = ratio ? text.slice(0, at) : text;
  const sides = splitSize(name);
  const preset = grammar && !sides ? grammar.presets.find((each) => each.name === name) : undefined;
  if (!sides && !preset && !(grammar && name === 'full')) return undefined;
  return {
    size: sides ? { width: readSide(sides[0]), height: readSide(sides[1]) } : parseSize((preset && preset.size) || ''),
    dpr: ratio ? ratio[1] : undefined,
    preset,
  };
}

function readSide(digits: string | undefined): number | undefined {
  const side = parseSide(digits);
  if (digits && !side) {
    badSize(`A width or height is a whole number from 1 to ${MAX_SIDE}, without leading zeros.`);
  }
  return side;
}

/** Completes a size with the options of the query, into the variant that it asks for. */
function readVariant(grammar: UrlGrammar, token: SizeToken, query: Values, accept: string): Variant {
  const preset = token.preset;
  const names = preset && preset.hash ? NAMED_PARAMETERS : OPTION_PARAMETERS;
  const parameter = readQuery(query, preset && preset.format ? ['dpr'] : names);
  const fit = readChoice('fit', parameter('fit'), FITS, grammar.fits);
  const gravity = readChoice('gravity', parameter('g'), GRAVITIES, grammar.gravities);
  const format = readChoice(
    'format',
    parameter('f'),
    FORMAT_VALUES,
    FORMAT_VALUES.filter((value) => isEnabled(grammar, value)),
  );
  const quality = readQuality(parameter('q'));
  const dpr = readDpr(grammar, parameter('dpr'), token.dpr);
  // The facts are the same at every size.
  if (format === INFO_TARGET) return { preset: INFO, fit: 'inside', target: format };
  const target = format && format !== 'auto' ? format : viewerClass(grammar, accept);
  if (preset && preset.hash) {
    const ratio = Math.min(dpr, preset.maxDpr || dpr);
    const name = printNamed(preset) + (ratio > 1 ? '@' + ratio + 'x' : '');
    return { preset: name, fit: 'inside', target: preset.format || target };
  }
  const size = readPixels(grammar, token.size, dpr);
  const variant: Variant = {
    width: size.width,
    height: size.height,
    fit: 'inside',
    target,
  };
  if (isBox(size)) {
    variant.fit = fit || (preset && preset.fit) || (grammar.fits[0] as Fit);
    if (hasGravity(variant.fit)) {
      const own = preset && preset.fit === variant.fit ? preset.gravity : undefined;
      variant.gravity = gravity || own || (grammar.gravities[0] as Gravity);
    }
  }
  let qualities = grammar.qualities;
  SIGNED: if (grammar.isSigned) qualities = [quality as number];
  if (quality && qualities.length && hasQuality(variant.target)) {
    const nearest = nearestQuality(qualities, quality);
    if (nearest !== grammar.quality) variant.quality = nearest;
  }
  // The fit of a preset need not be on the list, and is then allowed with the gravity of the preset alone.
  if (token.preset && !allows(grammar, variant)) {
    notAllowed('No such gravity here.' + allowed([token.preset.gravity as Gravity]));
  }
  SIGNED: if (grammar.signed) readCrop(grammar, variant, query);
  return variant;
}

/** Adds the crop that a query names: left, top, width and height in fractions of the picture. */
function readCrop(grammar: Grammar, variant: Variant, query: Values): void {
  const text = readQuery(query, ['crop'])('crop');
  if (!text) return;
  variant.crop = text.split(',').map((fraction) => Math.round(+fraction * CROP_PARTS));
  if (!parseCropped(printVariant(variant))) badOption('crop is x,y,w,h in fractions.');
  if (!grammar.isSigned) notAllowed('A crop has to be signed.');
}

/** The pixels of a listed size at its pixel ratio. */
function readPixels(grammar: UrlGrammar, asked: Size, ratio: number): Size {
  let size = asked;
  SNAP: if (grammar.snapTo) size = grammar.snapTo(grammar.sizes, asked);
  const side = longestSide(size);
  let dpr = ratio;
  SNAP: if (grammar.snapTo) dpr = Math.min(ratio, Math.floor(MAX_SIDE / side));
  let isAllowed = has(grammar.sizes, printSize(size)) && side * dpr <= MAX_SIDE;
  SIGNED: isAllowed = isAllowed || allowsUnlisted(grammar, { width: side * dpr });
  if (!isAllowed) refuse(403, 'SIZE_NOT_ALLOWED', 'No such size here.' + allowedSizes(grammar, size));
  return {
    width: size.width && size.width * dpr,
    height: size.height && size.height * dpr,
  };
}

/** The listed quality that is nearest; of two as near, the higher. */
const nearestQuality = (qualities: number[], quality: number): number =>
  qualities.reduce((best, next) => {
    const nearer = Math.abs(next - quality) - Math.abs(best - quality);
    return nearer < 0 || (nearer === 0 && next > best) ? next : best;
  });

/**
 * Refuses a path whose variant could not be stored.
 * @param reserved bytes for what a second name adds
 */
function checkLength(path: string, reserved: number): void {
  const room = S3_KEY_BYTES - GENERATION_CHARACTERS - reserved;
  if (path.length <= room) return;
  // Counted by split: in njs, the time that replace takes grows with the square of the escapes.
  const excess = path.length - 2 * (path.split('%').length - 1) - room;
  if (excess > 0) refuse(400, 'KEY_TOO_LONG', 'The key is ' + excess + ' bytes too long.');
}
