import { createHash } from 'node:crypto';
import type { Config } from './config';
import { GENERATION_CHARACTERS } from './grammar';
import { RENDERER_VERSION } from './render/version';

/**
 * The generation of a config: hex digits that change whenever the same variant would get other pixels. Variants are
 * stored below it, so a changed setting takes effect at once and never mixes with what was rendered before.
 */
export function generationOf(config: Config): string {
  const { quality, background, formats, full, limits } = config;
  const pixels = {
    version: RENDERER_VERSION,
    quality,
    background,
    formats,
    full,
    animationMegapixels: limits.animationMegapixels,
    seconds: limits.seconds,
  };
  return createHash('sha256').update(JSON.stringify(pixels)).digest('hex').slice(0, GENERATION_CHARACTERS);
}
