/** The options of a query, which complete a size into a variant. */
import { allows, allowsUnlisted, isEnabled } from '../allow-list';
import type { Values } from '../event-values';
import { MAX_SIDE } from '../grammar-constants';
import { namedVariant } from '../named-preset';
import { type Size, isBox, longestSide, printSize } from '../size';
import {
  FITS,
  FORMATS,
  GRAVITIES,
  INFO,
  INFO_TARGET,
  type Target,
  type Variant,
  has,
  hasGravity,
  hasQuality,
} from '../variant';
import { readCrop } from './signed-crop';
import { readDpr } from './pixel-ratio';
import { readChoice, readQuality, readQuery } from './parameters';
import { allowed, allowedSizes, notAllowed, refuse } from './refusal';
import type { SizeToken } from './size-token';
import type { UrlGrammar } from './snap';
import { viewerClass } from './viewer-class';

/** Short names of the parameters; a preset with operations has only the first ones. */
const NAMED_PARAMETERS = ['dpr', 'f'];
const OPTION_PARAMETERS = ['fit', 'g', 'q'].concat(NAMED_PARAMETERS);
/** Values of the parameter `f`: the class of the viewer, the facts, or a format. */
const FORMAT_VALUES = (['auto', INFO_TARGET] as Target[]).concat(FORMATS);

/** Completes a size with the options of the query, into the variant that it asks for. */
export function readVariant(grammar: UrlGrammar, token: SizeToken, query: Values, accept: string): Variant {
  const preset = token.preset;
  const names = preset && preset.hash ? NAMED_PARAMETERS : OPTION_PARAMETERS;
  const parameter = readQuery(query, preset && preset.format ? ['dpr'] : names);
  const fit = readChoice('fit', parameter('fit'), FITS, grammar.fits);
  const gravity = readChoice('gravity', parameter('g'), GRAVITIES, grammar.gravities);
  const formats = FORMAT_VALUES.filter((value) => isEnabled(grammar, value));
  const format = readChoice('format', parameter('f'), FORMAT_VALUES, formats);
  const quality = readQuality(parameter('q'));
  const dpr = readDpr(grammar, parameter('dpr'), token.dpr);
  // The facts are the same at every size.
  if (format === INFO_TARGET) return { preset: INFO, fit: 'inside', target: format };
  const target = format && format !== 'auto' ? format : viewerClass(grammar, accept);
  if (preset && preset.hash) return namedVariant(preset, dpr, target);
  const size = readPixels(grammar, token.size, dpr);
  const variant: Variant = { width: size.width, height: size.height, fit: 'inside', target };
  if (isBox(size)) {
    variant.fit = fit || (preset && preset.fit) || grammar.fits[0]!;
    if (hasGravity(variant.fit)) {
      const own = preset && preset.fit === variant.fit ? preset.gravity : undefined;
      variant.gravity = gravity || own || grammar.gravities[0]!;
    }
  }
  if (quality && hasQuality(target)) {
    let nearest = nearestQuality(grammar.qualities, quality);
    SIGNED: if (grammar.isSigned) nearest = quality;
    if (nearest !== grammar.quality) variant.quality = nearest;
  }
  // The fit of a preset need not be on the list, and is then allowed with the gravity of the preset alone.
  if (preset && !allows(grammar, variant)) notAllowed('No such gravity here.' + allowed([preset.gravity!]));
  SIGNED: if (grammar.signed) readCrop(grammar, variant, query);
  return variant;
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
  return { width: size.width && size.width * dpr, height: size.height && size.height * dpr };
}

/** The listed quality that is nearest, of two as near the higher; undefined if none is listed. */
const nearestQuality = (qualities: number[], asked: number): number | undefined =>
  qualities.slice().sort((one, other) => Math.abs(one - asked) - Math.abs(other - asked) || other - one)[0];
