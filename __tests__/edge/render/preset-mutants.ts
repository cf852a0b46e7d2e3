import { join } from 'node:path';
import { grammarOf, parseConfig } from '../../../edge/config/schema';
import { renderSettings } from '../../../edge/config/settings';
import { COMPASS } from '../../../edge/render/operations/compass';
import type { RenderSettings } from '../../../edge/render/types';
import { printNamed } from '../../../edge/named-preset';
import { FITS, FORMATS, GRAVITIES, type NamedPreset, TARGETS, hasGravity } from '../../../edge/variant';
import { WATERMARK } from '../../../scripts/preset-docs/examples';
import { Dice } from './dice';
import { FIXTURES, fixture } from './fixtures';
import { type Mutant, mutantOf } from './mutants';
import type { PresetInput } from './preset';

/** Presets of which a run chooses: what is random has to be in the settings before the process starts. */
const PRESETS = 60;

/** A value now and then, else none. */
const sometimes = <T>(dice: Dice, value: () => T): T | undefined => (dice.below(3) === 0 ? value() : undefined);

const size = (dice: Dice): PresetInput => {
  const sides = [undefined, 1, 7, 50, 300];
  const [width, height, fit] = [dice.oneOf(sides), dice.oneOf(sides), dice.oneOf(FITS)];
  if (!width || !height) return { ...(width && { width }), ...(height && { height }) };
  return { width, height, fit, ...(hasGravity(fit) && { gravity: dice.oneOf(GRAVITIES) }) };
};

/** A preset of random operations, some at their bounds; it always has at least one. */
function presetOf(dice: Dice): PresetInput {
  const all: PresetInput = {
    ...size(dice),
    trim: sometimes(dice, () => dice.oneOf([true, 1, 60, 255])),
    rotate: sometimes(dice, () => dice.oneOf([90, 180, 270] as const)),
    flip: sometimes(dice, () => true),
    flop: sometimes(dice, () => true),
    greyscale: sometimes(dice, () => true),
    modulate: sometimes(dice, () => ({
      brightness: dice.oneOf([0, 0.5, 10]),
      saturation: dice.oneOf([0, 1.5, 10]),
      hue: dice.oneOf([-360, 0, 90]),
    })),
    blur: sometimes(dice, () => dice.oneOf([0.3, 2, 9, 50])),
    sharpen: sometimes(dice, () => dice.oneOf([true, 0.3, 3])),
    overlay: sometimes(dice, () => ({
      file: WATERMARK,
      gravity: dice.oneOf(COMPASS),
      ...(dice.below(2) && { scale: dice.oneOf([0.01, 0.3, 1]) }),
      margin: dice.oneOf([0, 3, 500]),
      opacity: dice.oneOf([0, 0.5, 1]),
      tile: dice.below(2) === 1,
    })),
    padding: sometimes(dice, () => dice.oneOf([1, 20, 500])),
    radius: sometimes(dice, () => dice.oneOf([1, 30, 16_384, 'max'] as const)),
    background: sometimes(dice, () => dice.oneOf(['transparent', 'black', '#c0ffee'])),
    format: sometimes(dice, () => dice.oneOf(FORMATS)),
    quality: dice.oneOf([1, 50, 100]),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const config = parseConfig(
  {
    presets: Object.fromEntries(
      Array.from({ length: PRESETS }, (_, number) => [`p${number}`, presetOf(new Dice(number))]),
    ),
    maxVariants: 100_000,
  },
  join(__dirname),
);

const NAMED = grammarOf(config).presets.filter((preset): preset is NamedPreset => Boolean(preset.hash));

/** The settings that know the presets of all seeds. */
export const PRESET_SETTINGS: RenderSettings = renderSettings(config);

/** A good original or a damaged one, and a variant of a random preset. */
export async function presetMutantOf(seed: number): Promise<Mutant> {
  const dice = new Dice(seed);
  const preset = dice.oneOf(NAMED);
  const ratio = 1 + dice.below(Math.min(3, preset.maxDpr ?? 3));
  const name = printNamed(preset) + (ratio > 1 ? `@${ratio}x` : '');
  const { original, name: of } = dice.below(2) ? await mutantOf(seed) : await good(dice);
  return { name: of, original, variant: { preset: name, fit: 'inside', target: preset.format ?? dice.oneOf(TARGETS) } };
}

async function good(dice: Dice): Promise<Pick<Mutant, 'name' | 'original'>> {
  const name = dice.oneOf(FIXTURES);
  return { name, original: await fixture(name) };
}
