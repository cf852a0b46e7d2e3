/** Names that the setting `eager` may list. */
import { INFO } from '../variant';
import { MAX_SIDE } from '../grammar-constants';
import { parseSize } from '../size';
import type { PresetConfig } from './preset-schema';

interface Listed {
  sizes: string[];
  presets: Record<string, PresetConfig>;
  maxDpr: number;
}

/** Whether `eager` may list this: `info`, or a size or preset of the config, at a pixel ratio that it has. */
export function isEager(text: string, { sizes, presets, maxDpr }: Listed): boolean {
  if (text === INFO) return true;
  const [, name = '', ratio = '1'] = /^(.*?)(?:@([2-9])x)?$/s.exec(text)!;
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (!preset && !sizes.includes(name)) return false;
  const { width = 0, height = 0 } = preset ?? parseSize(name);
  const longest = Math.max(width, height);
  return ratio === '1' || (longest > 0 && Number(ratio) <= Math.min(maxDpr, MAX_SIDE / longest));
}

/** All names that `eager` may list, for the end of a sentence. */
export const eagerNames = ({ sizes, presets, maxDpr }: Listed): string =>
  [...sizes, ...Object.keys(presets), INFO].join(', ') +
  (maxDpr > 1 ? `; all but full and info also with @2x to @${maxDpr}x` : '');
