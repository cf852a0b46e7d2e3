/**
 * What of the config each edge function carries: plain data, put into its bundle as the constant `SETTINGS`.
 * Lambda@Edge has no environment variables, and a schema library would cost start-up time.
 */
import { type Config, grammarOf } from './config';
import { generationOf } from './generation';
import type { Grammar } from './variant';
import { refusalRulesOf } from './refusal-rules';
import type { RenderSettings } from './render';

export type ViewerRequestSettings = Grammar;

export interface OriginResponseSettings {
  grammar: Grammar;
  generation: string;
  render: RenderSettings;
  cache: Config['cache'];
  /** Largest original that is fetched, in bytes. */
  originalBytes: number;
  /** Time for one answer, in milliseconds. */
  budgetMs: number;
  /** Key of the original that is shown in place of a missing one. */
  fallback?: string;
  /** Hash of what decides refusals: those that are stored under another one are tried again. */
  refusalRules: string;
}

export const viewerRequestSettings = (config: Config): ViewerRequestSettings => grammarOf(config);

/** @param memoryMb that the function has */
export const originResponseSettings = (config: Config, memoryMb: number): OriginResponseSettings => ({
  grammar: grammarOf(config),
  generation: generationOf(config),
  render: renderSettings(config),
  cache: config.cache,
  originalBytes: config.limits.originalMiB * 1024 * 1024,
  budgetMs: config.limits.seconds * 1000,
  ...(config.fallback && { fallback: config.fallback }),
  refusalRules: refusalRulesOf(config, memoryMb),
});

export interface RefreshSettings {
  grammar: Grammar;
  generation: string;
  /** Sizes and presets that are made after an upload. */
  eager: string[];
  /** Above so many originals in one batch of changes, everything is invalidated in place of each. */
  keysBeforeAll: number;
  /** Whether stored variants expire, and so may live on in the CDN alone. */
  variantsExpire: boolean;
  /** How long a 404 or 415 may be cached, in seconds. */
  errorSeconds: number;
}

export const refreshSettings = (config: Config): RefreshSettings => ({
  grammar: grammarOf(config),
  generation: generationOf(config),
  eager: config.eager,
  keysBeforeAll: config.refresh.keysBeforeAll,
  variantsExpire: config.stack.variantDays !== undefined,
  errorSeconds: config.cache.errors,
});

/** The part of the config that decides pixels and what is refused. */
export const renderSettings = ({ full, quality, background, formats, limits }: Config): RenderSettings => ({
  full,
  quality,
  background,
  formats,
  maxPixels: limits.megapixels * 1e6,
  maxProgressiveJpegPixels: limits.progressiveJpegMegapixels * 1e6,
  maxInterlacedPngPixels: limits.interlacedPngMegapixels * 1e6,
  maxAvifPixels: limits.avifMegapixels * 1e6,
  maxAnimationPixels: limits.animationMegapixels * 1e6,
  seconds: limits.seconds,
});
