import {
  FITS,
  GRAVITIES,
  INFO,
  INFO_TARGET,
  type Grammar,
  TARGETS,
  type Variant,
  allows,
  hasGravity,
  printNamed,
  printVariant,
} from '../variant';
import { type Size, MAX_SIDE, parseSize } from '../size';

function* candidates(grammar: Grammar): Generator<Variant> {
  for (const listed of grammar.sizes.map(parseSize)) {
    for (let dpr = 1; dpr <= grammar.maxDpr; dpr++) {
      const size: Size = {};
      if (listed.width) size.width = listed.width * dpr;
      if (listed.height) size.height = listed.height * dpr;
      if (Math.max(size.width ?? 0, size.height ?? 0) > MAX_SIDE) continue;
      for (const fit of size.width && size.height ? FITS : (['inside'] as const)) {
        for (const gravity of hasGravity(fit) ? GRAVITIES : [undefined]) {
          for (const quality of [undefined, ...grammar.qualities]) {
            for (const target of TARGETS) {
              const cropped = gravity ? { gravity } : {};
              const rated =
                quality && quality !== grammar.quality && target !== 'png' && target !== 'gif' ? { quality } : {};
              yield { ...size, fit, ...cropped, ...rated, target };
            }
          }
        }
      }
    }
  }
}

function* namedCandidates(grammar: Grammar): Generator<Variant> {
  yield { preset: INFO, fit: 'inside', target: INFO_TARGET };
  for (const preset of grammar.presets) {
    if (!preset.hash) continue;
    for (let dpr = 1; dpr <= grammar.maxDpr; dpr++) {
      const name = printNamed(preset) + (dpr > 1 ? `@${dpr}x` : '');
      for (const target of TARGETS) yield { preset: name, fit: 'inside', target };
    }
  }
}

/** The file name of every variant of one original that a config allows, each once. */
export function variantNames(grammar: Grammar): string[] {
  const names = new Set<string>();
  for (const variants of [candidates(grammar), namedCandidates(grammar)]) {
    for (const variant of variants) if (allows(grammar, variant)) names.add(printVariant(variant));
  }
  return [...names];
}
