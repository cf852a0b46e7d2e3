import { createHash } from 'node:crypto';
import type { Config } from './config';
import { GENERATION_CHARACTERS } from './variant';
import { RENDERER_VERSION } from './render/version';
import { readSiteFonts } from './site-fonts';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** The fonts of a folder, whatever their files are called. */
const hashFonts = (folder: string): string[] =>
  readSiteFonts(folder)
    .map(({ bytes }) => sha256(bytes))
    .sort();

/**
 * The generation of a config: hex digits that change whenever the same variant would get other pixels. Variants are
 * stored below it, so a changed setting takes effect at once and never mixes with what was rendered before.
 */
export function generationOf(config: Config): string {
  const { quality, background, formats, full, limits, fonts } = config;
  const pixels = {
    version: RENDERER_VERSION,
    quality,
    background,
    formats,
    full,
    animationMegapixels: limits.animationMegapixels,
    seconds: limits.seconds,
    ...(fonts && { fonts: hashFonts(fonts) }),
  };
  return sha256(JSON.stringify(pixels)).slice(0, GENERATION_CHARACTERS);
}
