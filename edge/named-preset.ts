/**
 * Names of the variants of presets with operations, like `thumb-0a1b2c@2x.auto`, and of `info.json`. Part of the
 * CloudFront Function: see `variant.ts` for its language.
 */
import {
  type Grammar,
  INFO,
  INFO_TARGET,
  type NamedPreset,
  TARGETS,
  type Target,
  type Variant,
  oneOf,
} from './variant';

const NAMED = /^([a-z\d-]+)(?:@([2-9])x)?\./;

/** What the names of a preset's variants begin with. */
export const printNamed = (preset: NamedPreset): string => preset.name + '-' + preset.hash;

/** The variant of a preset with operations, at its largest pixel ratio if more is asked for. */
export function namedVariant(preset: NamedPreset, dpr: number, target: Target): Variant {
  const ratio = Math.min(dpr, preset.maxDpr || dpr);
  const name = printNamed(preset) + (ratio > 1 ? '@' + ratio + 'x' : '');
  return { preset: name, fit: 'inside', target: preset.format || target };
}

/** Parses such a name; undefined unless the config has exactly this preset, since a key may end in a hash, too. */
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
