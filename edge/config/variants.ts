import { allows } from '../allow-list';
import { INFO, INFO_TARGET, type Grammar, type Variant, printVariant, optionsOf } from '../variant';
import { namedVariant } from '../named-preset';
import { splitPath } from '../path';
import { MAX_SIDE } from '../grammar-constants';
import { parseSize } from '../size';

/** The variants of all sizes and presets at each pixel ratio, without other options, and the facts. */
function* withoutOptions(grammar: Grammar): Generator<Variant> {
  const plain = { fit: 'inside', target: 'auto' } as const;
  yield { preset: INFO, fit: 'inside', target: INFO_TARGET };
  for (let dpr = 1; dpr <= grammar.maxDpr; dpr++) {
    for (const { width = 0, height = 0 } of grammar.sizes.map(parseSize)) {
      if (Math.max(width, height) * dpr > MAX_SIDE) continue;
      yield { ...plain, ...(width && { width: width * dpr }), ...(height && { height: height * dpr }) };
    }
    for (const preset of grammar.presets) {
      if (preset.hash) yield namedVariant(preset, dpr, 'auto');
    }
  }
}

/** The file names of all variants of one original that a config allows, each once. */
export function variantNames(grammar: Grammar): string[] {
  let variants = new Map<string, Variant>();
  for (const variant of withoutOptions(grammar)) variants.set(printVariant(variant), variant);
  for (const [option, values] of Object.entries(optionsOf(grammar))) {
    const extended = new Map(variants);
    for (const variant of variants.values()) {
      for (const value of values) {
        const other = { ...variant, [option]: value };
        const name = printVariant(other);
        // An option that this variant does not have is not printed.
        if (!extended.has(name)) extended.set(name, other);
      }
    }
    variants = extended;
  }
  return [...variants]
    .filter(([name, variant]) => allows(grammar, variant) && splitPath(grammar, `key/${name}`))
    .map(([name]) => name);
}
