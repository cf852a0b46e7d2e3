/** One preset for each field, in the order in which they are applied: the table of docs/presets.md, and the tests. */
import { join } from 'node:path';
import type { z } from 'zod';
import type { presetSchema } from '../../edge/config/preset-schema';

type PresetInput = z.input<typeof presetSchema>;

export interface Example {
  preset: PresetInput;
  /** Printed instead of the preset's own field, if that contains a path of this machine. */
  code?: string;
  /** The effect on an animation. */
  animations: string;
  /** For fields whose effect needs an original with borders or transparency. */
  original?: 'bordered' | 'clear';
}

const EVERY_FRAME = 'every frame';

const SIZE = { width: 180, height: 135 } as const;

export const WATERMARK = join(__dirname, '../../docs/images/presets/watermark.svg');

export const EXAMPLES: Record<keyof PresetInput, Example> = {
  trim: {
    preset: { trim: true, ...SIZE },
    animations: 'what is border in all frames; an animated WebP that is not upright is not trimmed',
    original: 'bordered',
  },
  rotate: { preset: { rotate: 90, width: 135, height: 135 }, animations: EVERY_FRAME },
  flip: { preset: { flip: true, ...SIZE }, animations: EVERY_FRAME },
  flop: { preset: { flop: true, ...SIZE }, animations: EVERY_FRAME },
  width: { preset: { width: 120 }, animations: EVERY_FRAME },
  height: { preset: { height: 120 }, animations: EVERY_FRAME },
  fit: { preset: { width: 180, height: 90, fit: 'contain' }, animations: EVERY_FRAME },
  gravity: { preset: { width: 180, height: 90, gravity: 'south' }, animations: EVERY_FRAME },
  greyscale: { preset: { ...SIZE, greyscale: true }, animations: EVERY_FRAME },
  modulate: { preset: { ...SIZE, modulate: { brightness: 1.2, saturation: 0.4 } }, animations: EVERY_FRAME },
  blur: { preset: { ...SIZE, blur: 5 }, animations: EVERY_FRAME },
  sharpen: { preset: { ...SIZE, sharpen: 2 }, animations: EVERY_FRAME },
  overlay: {
    preset: { ...SIZE, overlay: { file: WATERMARK, margin: 8 } },
    code: "overlay: { file: './watermark.svg', margin: 8 }",
    animations: EVERY_FRAME,
  },
  padding: { preset: { ...SIZE, padding: 12 }, animations: EVERY_FRAME },
  radius: { preset: { ...SIZE, radius: 30 }, animations: EVERY_FRAME },
  background: {
    preset: { width: 180, height: 90, fit: 'contain', background: '#27406e' },
    animations: EVERY_FRAME,
  },
  format: {
    preset: { ...SIZE, format: 'webp' },
    animations: '`webp` and `gif` move; the others are the first frame',
  },
  quality: { preset: { ...SIZE, quality: 10 }, animations: EVERY_FRAME },
};
