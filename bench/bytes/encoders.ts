import sharp, { type AvifOptions } from 'sharp';
import config from '../../resizer.config';
import { renderSettings } from '../../edge/config/settings';
import { parseConfig } from '../../edge/config/schema';
import { isFailure } from '../../edge/failure';
import { render } from '../../edge/render';
import type { RenderSettings } from '../../edge/render/types';
import type { Target } from '../../edge/variant';

/** Pixels of a variant. */
export interface Box {
  width: number;
  height: number;
}

/** The classes of viewers, the oldest first. */
export const CLASSES = ['auto', 'auto.webp', 'auto.avif'] as const;

export type Class = (typeof CLASSES)[number];

const predicted = renderSettings(parseConfig(config));
const fixed = { ...predicted, perceptual: false };

/** One setting for all pictures, or a predicted one for each. */
const SETTINGS = { fixed, predicted };

export const WAYS = ['fixed', 'predicted'] as const;

export type Way = keyof typeof SETTINGS;

/** The default quality, on mozjpeg's scale. */
export const QUALITY = predicted.quality;

async function renderTo(original: Buffer, width: number, target: Target, quality: number, settings: RenderSettings) {
  const outcome = await render(original, { width, fit: 'inside', target, quality }, settings);
  if (isFailure(outcome)) throw new Error(outcome.message);
  return outcome;
}

/** The variant of a class. */
export const make = async (
  way: Way,
  original: Buffer,
  width: number,
  target: Class,
  quality = QUALITY,
): Promise<Buffer> => (await renderTo(original, width, target, quality, SETTINGS[way])).body;

/** The pixels that all encoders start from, as a PNG. */
export const reference = async (original: Buffer, width: number): Promise<Buffer> =>
  (await renderTo(original, width, 'png', 100, predicted)).body;

/**
 * AVIF at sharp's own effort, 4: with all colour, as sharp writes it, and with half of it, as `auto.avif` does for
 * photographs.
 */
export const SLOW_AVIF = {
  'effort 4': { effort: 4 },
  'effort 4, 4:2:0': { effort: 4, chromaSubsampling: '4:2:0' },
} satisfies Record<string, AvifOptions>;

export type SlowAvif = keyof typeof SLOW_AVIF;

/** @param quality sharp's own */
export const makeSlowAvif = (name: SlowAvif, original: Buffer, box: Box, quality: number): Promise<Buffer> =>
  sharp(original)
    .autoOrient()
    .resize({ ...box, fit: 'fill' })
    .avif({ ...SLOW_AVIF[name], quality })
    .toBuffer();
