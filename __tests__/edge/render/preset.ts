import sharp from 'sharp';
import { type ResizerConfig, grammarOf, parseConfig } from '../../../edge/config/schema';
import { renderSettings } from '../../../edge/config/settings';
import { isFailure } from '../../../edge/failure';
import type { Point } from '../../../edge/focus';
import { readUrl } from '../../../edge/read-url';
import { render } from '../../../edge/render';
import type { Rendered } from '../../../edge/render/types';
import type { Target } from '../../../edge/variant';
import { type Picture, pictureOf } from './picture';

export type PresetInput = NonNullable<ResizerConfig['presets']>[string];

/** Renders what a URL with the name of a preset asks for, as another target than that of its class. */
export async function renderPreset(
  original: Buffer,
  preset: PresetInput,
  target: Target = 'png',
  { dpr = 1, focus, ...config }: ResizerConfig & { dpr?: number; focus?: Point } = {},
): Promise<Rendered> {
  const parsed = parseConfig({ ...config, presets: { tested: preset } });
  const { variant } = readUrl(grammarOf(parsed), `/tested@${dpr}x/a.png`, '')!;
  const outcome = await render(
    original,
    variant.target === 'auto' ? { ...variant, target } : variant,
    renderSettings(parsed),
    focus,
  );
  if (isFailure(outcome)) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

/** Every frame of a picture. */
export async function framesOf(image: Buffer): Promise<Picture[]> {
  const { pages = 1 } = await sharp(image).metadata();
  return Promise.all(Array.from({ length: pages }, (_, page) => pictureOf(sharp(image, { page }))));
}
