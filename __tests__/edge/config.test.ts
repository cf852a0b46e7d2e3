import { ConfigError } from '../../edge/checked';
import { type ResizerConfig, grammarOf, parseConfig } from '../../edge/config';
import { generationOf } from '../../edge/generation';
import { variantNames } from '../../edge/variants';

const refusal = (config: unknown): string => {
  try {
    parseConfig(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

test.each<[field: string, config: unknown, message: string]>([
  ['a size', { sizes: ['300x'] }, 'sizes[0]: "300x", expected WxH, Ww or Hh'],
  ['a size with a pixel ratio', { sizes: ['320w@2x'] }, 'sizes[0]: "320w@2x", expected'],
  ['a size out of range', { sizes: ['16385w'] }, 'numbers of 1 to 16384'],
  ['an empty list', { sizes: [] }, 'sizes: [], expected'],
  ['a repeated entry', { fits: ['cover', 'cover'] }, 'fits: ["cover","cover"], expected each entry only once'],
  ['a fit', { fits: ['stretch'] }, 'fits[0]: "stretch", expected one of "cover"'],
  ['a nested field', { limits: { seconds: 40 } }, 'limits.seconds: 40, expected'],
  ['a wrong type', { snap: 'yes' }, 'snap: "yes", expected boolean'],
  ['a colour', { background: 'whitish' }, 'background: "whitish", expected white, black or #rrggbb'],
  ["a preset's name", { presets: { '300x300': { width: 1, height: 1 } } }, 'expected a name of a-z'],
  ["a preset's name that is taken", { presets: { full: { width: 1, height: 1 } } }, 'not "full"'],
  ['an eager size', { eager: ['9w'] }, 'eager[0]: "9w", expected one of 100x100'],
  ['a setting that does not exist', { size: ['300x300'] }, 'size: there is no such setting'],
  ['a config that is no object', 'sizes', 'config: "sizes", expected object'],
  ['more variants than the limit', { maxVariants: 10 }, 'maxVariants: 10, expected at least 464'],
])('%s that cannot be used is named with its value and what is allowed', (_, config, message) => {
  expect(refusal(config)).toContain(message);
});

test('every wrong field is named, one a line', () => {
  expect(refusal({ maxDpr: 0, quality: 101 }).split('\n')).toHaveLength(2);
});

test('the number of variants of an original is that of the distinct ones', () => {
  const count = (config: ResizerConfig) => variantNames(grammarOf(parseConfig(config))).length;
  // 320w and 640w at up to 2x are 320, 640 and 1280 pixels; three classes and five formats each.
  expect(count({ sizes: ['320w', '640w'], presets: {}, maxDpr: 2 })).toBe(3 * 8);
  expect(count({ sizes: ['320w'], presets: {}, maxDpr: 1, formats: [] })).toBe(4);
  // cover with two gravities, and inside.
  expect(count({ sizes: ['300x300'], presets: {}, maxDpr: 1 })).toBe(3 * 8);
  // png and gif have no quality.
  expect(count({ sizes: ['320w'], presets: {}, maxDpr: 1, qualities: [40, 76] })).toBe(8 + 6);
});

test('the generation changes with the settings that change pixels, and with no other', () => {
  const of = (config: ResizerConfig) => generationOf(parseConfig(config));
  const usual = of({});
  expect(usual).toMatch(/^[0-9a-f]{8}$/);
  expect(of({ sizes: ['1w'], maxDpr: 1, snap: true, cache: { cdn: 1 } })).toBe(usual);
  const changed = [
    of({ quality: 70 }),
    of({ full: 1000 }),
    of({ background: 'black' }),
    of({ formats: ['webp'] }),
    of({ limits: { seconds: 10 } }),
  ];
  expect(new Set([usual, ...changed]).size).toBe(6);
});
