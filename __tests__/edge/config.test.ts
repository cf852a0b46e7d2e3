import { mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../edge/config/checked';
import { GRAMMAR_DEFAULTS } from '../../edge/config/grammar-defaults';
import { type ResizerConfig, grammarOf, parseConfig } from '../../edge/config/schema';
import { generationOf } from '../../edge/config/settings';
import { readConfig } from '../../edge/config/read';
import { variantNames } from '../../edge/config/variants';
import { exampleFont } from './render/fixtures/font';

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
  ...['img', '/img/', '/', '/a//b', '/../a', '/a b', '/*'].map((base): [string, unknown, string] => [
    `the base ${base}`,
    { base },
    `base: "${base}", expected a path such as /img`,
  ]),
  [
    'a setting of the distribution with a base',
    { base: '/img', stack: { priceClass: '200' } },
    'stack.priceClass: "200", expected it only',
  ],
  ['a wrong type', { snap: 'yes' }, 'snap: "yes", expected boolean'],
  ['a colour', { background: 'whitish' }, 'background: "whitish", expected white, black, transparent or #rrggbb'],
  ["a preset's name", { presets: { '300x300': { width: 1, height: 1 } } }, 'expected a name of a-z'],
  ["a preset's name that is taken", { presets: { full: { width: 1, height: 1 } } }, 'not "full" or "info"'],
  ["a preset's name that stands for the facts", { presets: { info: { width: 1, height: 1 } } }, 'not "full" or "info"'],
  ['an eager size', { eager: ['9w'] }, 'eager[0]: "9w", expected one of 100x100'],
  ['an eager ratio', { eager: ['320w@4x'] }, 'cover, placeholder, info; all but full and info also with @2x to @3x'],
  ['an eager ratio of full', { eager: ['full@2x'] }, 'eager[0]: "full@2x", expected one of'],
  ['an eager ratio of the facts', { eager: ['info@2x'] }, 'eager[0]: "info@2x", expected one of'],
  ['an eager ratio beyond all pixels', { sizes: ['9000w'], eager: ['9000w@2x'] }, 'eager[0]: "9000w@2x"'],
  ['a setting that does not exist', { size: ['300x300'] }, 'size: there is no such setting'],
  ['a config that is no object', 'sizes', 'config: "sizes", expected object'],
  ['a set of sizes that there is not', { sizes: ['react'] }, 'or a set: next, nuxt, astro, unpic'],
  ['snap without what it falls back to', { snap: true, sizes: ['640w'] }, 'snap: true, expected `full` in `sizes`'],
  ['more variants than the limit', { maxVariants: 10 }, 'maxVariants: 10, expected at least 489'],
])('%s that cannot be used is named with its value and what is allowed', (_, config, message) => {
  expect(refusal(config)).toContain(message);
});

test('every wrong field is named, one a line', () => {
  expect(refusal({ maxDpr: 0, quality: 101 }).split('\n')).toHaveLength(2);
});

test('the number of variants of an original is that of the distinct ones', () => {
  const count = (config: ResizerConfig) => variantNames(grammarOf(parseConfig(config))).length;
  // 320w and 640w at up to 2x are 320, 640 and 1280 pixels; three classes and five formats each; and the facts.
  expect(count({ sizes: ['320w', '640w'], presets: {}, maxDpr: 2 })).toBe(3 * 8 + 1);
  expect(count({ sizes: ['320w'], presets: {}, maxDpr: 1, formats: [] })).toBe(4 + 1);
  // cover with two gravities, and inside.
  expect(count({ sizes: ['300x300'], presets: {}, maxDpr: 1 })).toBe(3 * 8 + 1);
  // png and gif have no quality.
  expect(count({ sizes: ['320w'], presets: {}, maxDpr: 1, qualities: [40, 76] })).toBe(8 + 6 + 1);
});

test('a set stands for the widths of its framework, beside sizes and other sets', () => {
  const sizes = (...names: string[]) => parseConfig({ sizes: names }).sizes;
  expect(sizes('next', '300x300')).toContain('3840w');
  expect(sizes('next', '300x300')).toContain('300x300');
  expect(sizes('640w', 'next', 'astro').filter((size) => size === '640w')).toHaveLength(1);
  const count = (...names: string[]) =>
    variantNames(grammarOf(parseConfig({ sizes: [...GRAMMAR_DEFAULTS.sizes, ...names] }))).length;
  expect([count('next'), count('next', 'astro'), count('next', 'nuxt', 'astro', 'unpic')]).toEqual([729, 841, 905]);
});

test('the generation changes with the settings that change pixels, and with no other', () => {
  const of = (config: ResizerConfig) => generationOf(parseConfig(config));
  const usual = of({});
  expect(usual).toMatch(/^[0-9a-f]{8}$/);
  expect(of({ sizes: ['1w', 'full'], maxDpr: 1, snap: true, cache: { cdn: 1 } })).toBe(usual);
  const changed = [
    of({ quality: 70 }),
    of({ full: 1000 }),
    of({ background: 'black' }),
    of({ formats: ['webp'] }),
    of({ limits: { seconds: 10 } }),
    of({ svg: 'pass' }),
    of({ svgScale: 2 }),
    of({ colour: 'p3' }),
  ];
  expect(new Set([usual, ...changed]).size).toBe(9);
  expect(of({ heic: true, svg: 'draw', svgScale: 1, colour: 'srgb' })).toBe(usual);
});

describe('the folder of fonts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fonts-'));
    mkdirSync(join(folder, 'fonts', 'more'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, bytes: Buffer | string) => writeFileSync(join(folder, 'fonts', name), bytes);
  const refusalOf = (fonts: string): string => refusal({ fonts: join(folder, fonts) });

  test.each<[what: string, name: string, bytes: string, message: string]>([
    ['nothing in it', '.hidden.ttf', '', 'expected a folder with fonts in it'],
    ['no fonts in it', 'licence.txt', 'MIT', 'expected a folder with fonts in it'],
    ['fonts for browsers', 'a.woff2', 'wOF2', 'convert a.woff2'],
    ['what is no font', 'more/a.otf', '<html>', 'more/a.otf is none'],
  ])('with %s is refused', (_, name, bytes, message) => {
    put(name, bytes);
    const line = refusalOf('fonts');
    expect(line).toContain(`fonts: "${folder}/fonts", `);
    expect(line).toContain(message);
  });

  test('that is missing, a file or too large is refused', () => {
    put('a.ttf', exampleFont());
    expect(refusalOf('nothing')).toContain('expected a folder that exists');
    expect(refusalOf('fonts/a.ttf')).toContain('expected a folder that exists');
    truncateSync(join(folder, 'fonts', 'a.ttf'), 40 * 1024 * 1024);
    expect(refusalOf('fonts')).toContain('expected fonts of up to 33554432 bytes in all, not 41943040');
  });

  test('is found from the folder of the config file, or by an absolute path', async () => {
    put('more/a.ttf', exampleFont());
    const file = join(folder, 'resizer.config.ts');
    for (const fonts of ['./fonts', join(folder, 'fonts')]) {
      writeFileSync(file, `export default ${JSON.stringify({ fonts })};\n`);
      jest.resetModules();
      expect((await readConfig(file)).fonts).toBe(join(folder, 'fonts'));
    }
    expect(parseConfig({ fonts: 'fonts' }, folder).fonts).toBe(join(folder, 'fonts'));
  });

  test('is part of the generation by the bytes of its fonts, whatever they are called', () => {
    const generation = () => generationOf(parseConfig({ fonts: join(folder, 'fonts') }));
    put('a.ttf', exampleFont());
    const first = generation();
    expect(first).not.toBe(generationOf(parseConfig({})));
    renameSync(join(folder, 'fonts', 'a.ttf'), join(folder, 'fonts', 'more', 'b.ttf'));
    put('licence.txt', 'MIT');
    expect(generation()).toBe(first);
    const other = exampleFont();
    other[other.length - 1]! ^= 1;
    put('more/b.ttf', other);
    expect(generation()).not.toBe(first);
  });
});
