/**
 * The allow-list of a config: which variants it has. Part of the CloudFront Function: see `variant.ts` for its
 * language.
 */
import { type Size, isBox, longestSide, printSize } from './size';
import { parseNamed } from './named-preset';
import { type Grammar, MODERN_FORMATS, type Target, type Variant, has, hasListedOptions } from './variant';

/** Whether the config allows a variant: its size and its options are listed, or are those of one preset. */
export function allows(grammar: Grammar, variant: Variant): boolean {
  if (!isEnabled(grammar, variant.target)) return false;
  SIGNED: {
    const isAllowed = allowsUnlisted(grammar, variant);
    if (isAllowed || variant.crop) return isAllowed;
  }
  if (variant.preset) return Boolean(parseNamed(grammar, variant.preset + '.' + variant.target));
  if (!hasListedOptions(grammar, variant) || !isListed(grammar, grammar.sizes, variant)) return false;
  if (!isBox(variant)) return true;
  if (has(grammar.fits, variant.fit) && (!variant.gravity || has(grammar.gravities, variant.gravity))) return true;
  return grammar.presets.some(
    (preset) =>
      preset.fit === variant.fit && preset.gravity === variant.gravity && isListed(grammar, [preset.size], variant),
  );
}

/**
 * Whether a signature allows this size, which then may have any fit, gravity, quality and crop. A second name needs no
 * signature: only a redirect reveals it, and nothing is rendered for it.
 */
export const allowsUnlisted = (grammar: Grammar, variant: Size & Pick<Variant, 'preset' | 'digest'>): boolean =>
  Boolean(grammar.isSigned || variant.digest) && !variant.preset && longestSide(variant) <= (grammar.signed as number);

/** Whether the size of a variant is one of these, at a pixel ratio of up to `maxDpr`. */
export function isListed(grammar: Grammar, sizes: string[], variant: Variant): boolean {
  for (let dpr = 1; dpr <= grammar.maxDpr; dpr++) {
    const width = variant.width && variant.width / dpr;
    if (has(sizes, printSize({ width, height: variant.height && variant.height / dpr }))) return true;
  }
  return false;
}

/** Whether the config has the format of a target. It can leave out modern formats only. */
export const isEnabled = (grammar: Grammar, target: Target): boolean =>
  MODERN_FORMATS.every((format) => target.indexOf(format) < 0 || has(grammar.formats, format));
