import { type ResizerConfig, grammarOf, parseConfig } from '../../edge/config/schema';
import { allows, parsePath, parseVariant, printVariant } from '../../edge/variant';
import { variantNames } from '../../edge/config/variants';
import { properties } from './grammar-properties';

const everything: ResizerConfig = {
  fits: ['cover', 'contain', 'inside', 'outside', 'fill'],
  gravities: ['centre', 'north', 'attention', 'entropy'],
  qualities: [40, 76, 90],
  maxVariants: 20_000,
};

test.each(Object.entries(properties))('%s', (_, holds) =>
  expect(() => holds({ times: 1, seed: 20_261_121 })).not.toThrow(),
);

test.each([
  ['the default config', {}],
  ['a config that enables everything', everything],
])('every variant of %s is allowed, and parses back from its print', (_, config) => {
  const all = grammarOf(parseConfig(config));
  const names = variantNames(all);
  for (const name of names) {
    const variant = parseVariant(name)!;
    expect(printVariant(variant)).toBe(name);
    expect(allows(all, variant)).toBe(true);
    expect(parsePath(all, `/a/b.jpg/${name}`)).toEqual({ key: 'a/b.jpg', variant });
  }
  expect(new Set(names).size).toBe(names.length);
});
