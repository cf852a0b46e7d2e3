import { type ResizerConfig, grammarOf, parseConfig } from '../../edge/config/schema';
import { allows } from '../../edge/allow-list';
import { parsePath } from '../../edge/path';
import { parseVariant, printVariant } from '../../edge/variant';
import { variantNames } from '../../edge/config/variants';
import { properties } from './grammar-properties';

const everything: ResizerConfig = {
  fits: ['cover', 'contain', 'inside', 'outside', 'fill'],
  gravities: ['focus', 'centre', 'north', 'attention', 'entropy'],
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
  // One expectation for all: thousands of them take seconds.
  const read = names.map((name) => {
    const { key, variant: ofPath } = parsePath(all, `/a/b.jpg/${name}`)!;
    // By its name alone, but for what only the config knows.
    const variant = parseVariant(name) ?? ofPath;
    return [printVariant(variant), allows(all, variant), key, printVariant(ofPath)].join(' ');
  });
  expect(read).toEqual(names.map((name) => [name, true, 'a/b.jpg', name].join(' ')));
  expect(new Set(names).size).toBe(names.length);
});
