import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { ConfigError } from '../../edge/config/checked';
import { type ResizerConfig, grammarOf, parseConfig } from '../../edge/config/schema';
import { generationOf, originResponseSettings } from '../../edge/config/settings';
import { variantNames } from '../../edge/config/variants';
import { eagerRequests } from '../../edge/refresh/eager';
import { allows } from '../../edge/allow-list';
import { parsePath } from '../../edge/path';
import { printNamed } from '../../edge/named-preset';
import type { NamedPreset } from '../../edge/variant';
import { type WarmRequest, classesOf, requestsFor, sizesOf } from '../../scripts/warm/sizes';

type Presets = NonNullable<ResizerConfig['presets']>;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'presets-'));
  const plain = (side: number) => sharp({ create: { width: side, height: side, channels: 4, background: '#f008' } });
  writeFileSync(join(folder, 'mark.png'), await plain(20).png().toBuffer());
  writeFileSync(join(folder, 'huge.png'), await plain(2001).png().toBuffer());
  writeFileSync(join(folder, 'heavy.svg'), `<svg xmlns="http://www.w3.org/2000/svg">${' '.repeat(1024 * 1024)}</svg>`);
  writeFileSync(join(folder, 'other.png'), 'GIF89a');
  writeFileSync(join(folder, 'cut.png'), (await plain(20).png().toBuffer()).subarray(0, -20));
  writeFileSync(join(folder, 'cut.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><rect>');
  writeFileSync(join(folder, 'page.svg'), '<html xmlns="http://www.w3.org/1999/xhtml"></html>');
  mkdirSync(join(folder, 'folder.png'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(preset: object, config: object = {}): string {
  try {
    parseConfig({ ...config, presets: { card: preset } }, folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

const FORMAT_MESSAGE = 'expected one of webp, jpeg, png, gif: formats has no avif';

test.each<[preset: object, message: string]>([
  [{ width: 0 }, 'presets.card.width: 0, expected'],
  [{ width: 10, fit: 'cover' }, 'presets.card.fit: "cover", expected none, since width or height is missing'],
  [{ gravity: 'north' }, 'presets.card.gravity: "north", expected none, since width or height is missing'],
  [{ quality: 0 }, 'presets.card.quality: 0, expected a whole number from 1 to 100'],
  [{ format: 'tiff' }, 'presets.card.format: "tiff", expected one of "avif"'],
  [{ background: 'red' }, 'presets.card.background: "red", expected white, black, transparent or #rrggbb'],
  [{ padding: 0 }, 'presets.card.padding: 0, expected a whole number from 1 to 500 pixels'],
  [{ padding: 2.5 }, 'presets.card.padding: 2.5, expected a whole number from 1 to 500 pixels'],
  [
    { width: 16_000, padding: 200 },
    'presets.card.padding: 200, expected sides of up to 16384 pixels, padding included',
  ],
  [{ blur: 51 }, 'presets.card.blur: 51, expected a number from 0.3 to 50'],
  [{ blur: true }, 'presets.card.blur: true, expected a number from 0.3 to 50'],
  [{ sharpen: 4 }, 'presets.card.sharpen: 4, expected true or a number from 0.3 to 3'],
  [{ greyscale: 1 }, 'presets.card.greyscale: 1, expected true or false'],
  [{ modulate: {} }, 'presets.card.modulate: {}, expected at least one of brightness, saturation, hue'],
  [{ modulate: { hue: 361 } }, 'presets.card.modulate.hue: 361, expected a whole number from -360 to 360 degrees'],
  [{ modulate: { brightness: -1 } }, 'presets.card.modulate.brightness: -1, expected a number from 0 to 10'],
  [{ rotate: 45 }, 'presets.card.rotate: 45, expected 90, 180 or 270'],
  [{ flip: 'yes' }, 'presets.card.flip: "yes", expected true or false'],
  [{ flop: 'yes' }, 'presets.card.flop: "yes", expected true or false'],
  [{ trim: 256 }, 'presets.card.trim: 256, expected true or a number from 1 to 255'],
  [{ radius: 'round' }, 'presets.card.radius: "round", expected a whole number from 1 to 16384, or max'],
  [{ radius: 0 }, 'presets.card.radius: 0, expected a whole number from 1 to 16384, or max'],
  [{ glow: 3 }, 'presets.card.glow: there is no such setting'],
  [{ overlay: {} }, 'presets.card.overlay.file: missing, expected the path of a PNG or an SVG'],
  [{ overlay: { file: 'a.jpg' } }, 'overlay.file: "a.jpg", expected a file that ends in .png or .svg'],
  [{ overlay: { file: 'none.png' } }, 'presets.card.overlay.file: "none.png", expected a file that exists'],
  [{ overlay: { file: 'folder.png' } }, 'overlay.file: "folder.png", expected a file that exists'],
  [{ overlay: { file: 'other.png' } }, 'overlay.file: "other.png", expected a PNG, which this file is not'],
  [{ overlay: { file: 'page.svg' } }, 'overlay.file: "page.svg", expected an SVG, which this file is not'],
  [{ overlay: { file: 'cut.png' } }, 'overlay.file: "cut.png", expected a PNG that is not damaged'],
  [{ overlay: { file: 'cut.svg' } }, 'overlay.file: "cut.svg", expected an SVG that is not damaged'],
  [{ overlay: { file: 'huge.png' } }, 'expected a PNG of up to 4 megapixels, not 2001x2001'],
  [{ overlay: { file: 'heavy.svg' } }, 'expected a file of up to 1048576 bytes'],
  [
    { overlay: { file: 'mark.png', gravity: 'attention' } },
    'overlay.gravity: "attention", expected one of centre, north',
  ],
  [{ overlay: { file: 'mark.png', scale: 2 } }, 'presets.card.overlay.scale: 2, expected a number from 0.01 to 1'],
  [{ overlay: { file: 'mark.png', margin: -1 } }, 'overlay.margin: -1, expected a whole number from 0 to 500 pixels'],
  [{ overlay: { file: 'mark.png', opacity: 2 } }, 'presets.card.overlay.opacity: 2, expected a number from 0 to 1'],
  [{ overlay: { file: 'mark.png', tile: 1 } }, 'presets.card.overlay.tile: 1, expected true or false'],
])('%j is refused with a sentence that says why', (preset, message) => {
  expect(refusal(preset)).toContain(message);
});

test('a format that the config leaves out is refused', () => {
  expect(refusal({ format: 'avif' }, { formats: ['webp'] })).toBe(`presets.card.format: "avif", ${FORMAT_MESSAGE}`);
});

const parsed = (presets: Presets, config: ResizerConfig = {}) =>
  parseConfig({ maxVariants: 20_000, ...config, presets }, folder);

/** Names of the variants of each preset that has operations. */
function namesOf(presets: Presets, config: ResizerConfig = {}): Record<string, string> {
  const named = grammarOf(parsed(presets, config)).presets.filter((each): each is NamedPreset => Boolean(each.hash));
  return Object.fromEntries(named.map((each) => [each.name, printNamed(each)]));
}

test('a preset that is only a size is that size, whatever sides it has', () => {
  const { presets } = grammarOf(parsed({ tiny: { width: 24 }, all: {}, square: { width: 9, height: 9, flip: false } }));
  expect(presets).toEqual([
    { name: 'tiny', size: '24w', fit: 'inside' },
    { name: 'all', size: 'full', fit: 'inside' },
    { name: 'square', size: '9x9', fit: 'cover', gravity: 'focus' },
  ]);
});

test('the hash follows from what a preset does, and from nothing else', () => {
  const card: Presets[string] = { width: 100, blur: 2, overlay: { file: 'mark.png' } };
  const of = (preset: Presets[string], config: ResizerConfig = {}) => namesOf({ card: preset }, config)['card'];
  const usual = of(card);
  expect(usual).toMatch(/^card-[0-9a-f]{6}$/);
  const same = [
    of({ overlay: { file: join(folder, 'mark.png'), opacity: 1 }, blur: 2, width: 100, flip: false }),
    of(card, { quality: 50, sizes: ['1w'], maxDpr: 1 }),
  ];
  expect(same).toEqual([usual, usual]);
  const others = [
    of({ ...card, blur: 3 }),
    of({ ...card, width: 101 }),
    of({ ...card, format: 'webp' }),
    of({ ...card, overlay: { file: 'mark.png', margin: 1 } }),
    of({ width: 100, height: 50, blur: 2 }),
    of({ width: 100, height: 50, blur: 2 }, { gravities: ['north'] }),
  ];
  expect(new Set([usual, ...others]).size).toBe(7);
});

test('an overlay counts by its bytes: changed ones make the names of its presets new, and no others', async () => {
  const presets: Presets = { card: { width: 100, overlay: { file: 'a/mark.png' } }, plain: { width: 100, blur: 2 } };
  const file = join(folder, 'a/mark.png');
  mkdirSync(dirname(file));
  const write = async (colour: string) =>
    writeFileSync(
      file,
      await sharp({ create: { width: 9, height: 9, channels: 3, background: colour } })
        .png()
        .toBuffer(),
    );
  await write('red');
  const [before, generation] = [namesOf(presets), generationOf(parsed(presets))];
  await write('blue');
  const after = namesOf(presets);
  expect(after['card']).not.toBe(before['card']);
  expect(after['plain']).toBe(before['plain']);
  expect(generationOf(parsed(presets))).toBe(generation);
  expect(generationOf(parsed({}))).toBe(generation);
});

test('no path of this machine reaches the functions', () => {
  const config = parsed({ card: { overlay: { file: 'mark.png' } } });
  const settings = JSON.stringify(originResponseSettings(config, 1024));
  expect(settings).not.toContain(folder);
  expect(settings).toMatch(/"overlays\/[0-9a-f]{16}\.png"/);
});

test('presets with operations are warmed and made at upload like sizes', () => {
  const grammar = grammarOf(parsed({ card: { width: 10, blur: 1 }, photo: { width: 10, format: 'jpeg' } }));
  const [card, photo] = grammar.presets.map((preset) => printNamed(preset as NamedPreset));
  const paths = (requests: { path: string }[]) => requests.map(({ path }) => path);
  const variants = sizesOf(grammar, 'card@2x,photo');
  expect(paths(requestsFor(grammar, 'k.jpg', variants, classesOf('auto.avif,auto')) as WarmRequest[])).toEqual([
    `/k.jpg/${card}%402x.auto.avif`,
    `/k.jpg/${card}%402x.auto`,
    `/k.jpg/${photo}.jpeg`,
  ]);
  expect(paths(eagerRequests(grammar, ['card', 'photo'], 'k.jpg'))).toEqual([
    `/k.jpg/${card}.auto.avif`,
    `/k.jpg/${card}.auto.webp`,
    `/k.jpg/${card}.auto`,
    `/k.jpg/${photo}.jpeg`,
  ]);
});

test('the number of variants counts those of presets with operations, all of which are allowed', () => {
  const grammar = (presets: Presets) => grammarOf(parsed(presets, { sizes: ['320w'], maxDpr: 3 }));
  const names = (presets: Presets) => variantNames(grammar(presets));
  // And the facts.
  expect(names({})).toHaveLength(1 + 3 * 8);
  expect(names({ a: { width: 10, blur: 1 } })).toHaveLength(1 + 3 * 8 + 3 * 8);
  expect(names({ a: { width: 10, blur: 1, format: 'webp' } })).toHaveLength(1 + 3 * 8 + 3);
  // Neither `full` nor what is as large as can be has more pixels at a higher ratio.
  expect(names({ a: { blur: 1 }, b: { width: 6000, blur: 1 } })).toHaveLength(1 + 3 * 8 + 8 + 2 * 8);
  const all = grammar({ a: { width: 10, blur: 1 }, b: { width: 6000, flip: true, format: 'png' } });
  for (const name of variantNames(all)) {
    const { key, variant } = parsePath(all, `/k.jpg/${name}`)!;
    expect([key, allows(all, variant)]).toEqual(['k.jpg', true]);
  }
});
