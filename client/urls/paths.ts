/** One URL: what is not on the allow-list is refused here, in the words of the viewer-request function. */
import { DEFAULTS, expandSets } from '../../edge/config/defaults';
import type { Fit } from '../../edge/variant';
import {
  type Box,
  type ImagesConfig,
  type PresetConfig,
  type UrlOptions,
  hasOperations,
  parseSize,
  printSize,
} from './config';

/** The largest side of a variant, in pixels. */
export const MAX_SIDE = 16_384;

/** The most values that a message names. */
const MAX_LISTED = 20;

const PATH = /^(?!\/|(.*\/)?\.\.?(\/|$))[^\x00-\x1f\x7f-\x9f]+$/s;

const fail = (message: string): never => {
  throw new Error(message);
};

const list = (values: readonly unknown[]): string =>
  values.slice(0, MAX_LISTED).join(', ') + (values[MAX_LISTED] ? ', ...' : '.');

const refuse = (name: string, usable: readonly string[], end = ''): never =>
  fail(`No such ${name} here. Allowed: ${list(usable)}${end}`);

const fitOf = (preset: PresetConfig): Fit => preset.fit ?? 'cover';

/** The sizes of a config, and the function that makes a canonical path of a key and options. */
export function createPaths(config: ImagesConfig) {
  const { base, maxDpr, fits, gravities, formats, quality, qualities, ...lists } = {
    base: '',
    ...(DEFAULTS as Required<Omit<ImagesConfig, 'base'>>),
    ...(JSON.parse(JSON.stringify(config)) as ImagesConfig),
  } as Required<ImagesConfig>;
  const presets = Object.entries(lists.presets);
  const boxOf = ({ width = 0, height = 0 }: Pick<PresetConfig, 'width' | 'height'>): Box => [width, height];
  const sized = presets.map(([, preset]) => preset).filter((preset) => !hasOperations(preset));
  const boxes = [...expandSets(lists.sizes).map(parseSize), ...sized.map(boxOf)];
  const sizes = [...new Set(boxes.map(printSize))];

  const refuseSize = ([width, height]: Box): never => {
    const distance = (size: string) => {
      const [w, h] = parseSize(size);
      return Math.abs(w - width) + Math.abs(h - height);
    };
    const sorted = [...sizes].sort((one, other) => distance(one) - distance(other));
    return refuse('size', sorted, presets[0] && ` Presets: ${list(presets.map(([name]) => name))}`);
  };

  /** The preset of a size's name, and the pixels of the size before its ratio. */
  function readSize({ size, preset: name = size, ...sides }: UrlOptions): {
    box: Box;
    preset?: PresetConfig | undefined;
  } {
    const preset = presets.find(([each]) => each === name)?.[1];
    if (preset) return { box: boxOf(preset), preset };
    const box = name === undefined ? boxOf(sides) : parseSize(name);
    return name === undefined || printSize(box) === name ? { box } : refuseSize([0, 0]);
  }

  function choose(name: string, value: string | undefined, usable: readonly string[]): void {
    if (value && !usable.includes(value)) refuse(name, usable);
  }

  /** Fit and gravity of a box. A preset's own fit need not be on the list, and then allows its own gravity alone. */
  function cropOf({ fit, gravity }: UrlOptions, preset: PresetConfig | undefined): string {
    const used = fit ?? (preset ? fitOf(preset) : fits[0]!);
    if (used !== 'cover' && used !== 'contain') return `-${used}`;
    const own = (preset && fitOf(preset) === used && preset.gravity) || gravities[0]!;
    if (!fits.includes(used)) choose('gravity', gravity, [own]);
    return `-${used}-${gravity ?? own}`;
  }

  /** @throws Error with the sentence of the function for what is not on the allow-list */
  function path(key: string, options: UrlOptions): string {
    const { dpr = 1, format = 'auto', quality: asked } = options;
    if (!PATH.test(key)) fail('A path has no control characters, . or .. segments, or // at its start.');
    const { box, preset } = readSize(options);
    const isNamed = hasOperations(preset);
    if (!isNamed) {
      choose('fit', options.fit, fits);
      choose('gravity', options.gravity, gravities);
    }
    if (!preset?.format) choose('format', format, ['auto', ...[...formats].sort(), 'jpeg', 'png', 'gif']);
    if (dpr % 1 || dpr < 1 || dpr > maxDpr) fail(`dpr is a whole number from 1 to ${maxDpr}.`);
    const encoded = encodeURIComponent(key)
      .replace(/%2F/g, '/')
      .replace(/['()]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
    if (isNamed) {
      // The function knows the hash in the variant's name, which overlays are in; all other options are dropped.
      const ratio = dpr > 1 ? `&dpr=${dpr}` : '';
      const target = format === 'auto' || preset!.format ? '' : `&f=${format}`;
      return `${base}/${encoded}?size=${options.preset ?? options.size}${ratio}${target}`;
    }
    const [width, height] = box;
    if (!sizes.includes(printSize(box)) || Math.max(width, height) * dpr > MAX_SIDE) {
      refuseSize(box);
    }
    let name = width || height ? `${width * dpr || ''}x${height * dpr || ''}` : 'full-inside';
    if (width && height) name += cropOf(options, preset);
    if (asked && format !== 'png' && format !== 'gif') {
      const far = (each: number) => Math.abs(each - asked);
      const [nearest = quality] = [...qualities].sort((one, other) => far(one) - far(other) || other - one);
      if (nearest !== quality) name += `-q${nearest}`;
    }
    return `${base}/${encoded}/${name}.${format}`;
  }

  return { path, sizes, maxDpr, formats, readSize };
}
