/**
 * The part of the config that each edge function gets: plain data, which its bundle reads as the constant `SETTINGS`. The
 * CloudFront Function has it in its code, the others in a file beside theirs.
 * Lambda@Edge has no environment variables, and a schema library would cost start-up time.
 */
import type { RenderSettings } from '../render/types';
import { RENDERER_VERSION } from '../render/version';
import { CACHE_BEHAVIOR, EVENT_SOURCE_MAPPING } from '../limits';
import { GENERATION_CHARACTERS } from '../grammar-constants';
import type { Grammar } from '../variant';
import { featuresOf } from './features';
import { definitionsOf } from './presets';
import { eagerKeyOf, foldersOf } from './private';
import { type Config, grammarOf } from './schema';
import { sha256 } from './sha256';
import { readSiteFonts } from './site-fonts';
import { type ViewerHeader, viewerHeaders } from './viewer-headers';

/** Beside the code of each function for Node: its settings as JSON. */
export const SETTINGS_FILE = 'settings.json';

export interface ViewerRequestSettings extends Grammar {
  /** Of every answer. */
  headers: ViewerHeader[];
}

/** How long answers may be cached, in seconds. */
export type CacheSettings = Config['cache'] & {
  /** When a viewer may try again after a failure that will pass. */
  retryAfter: number;
};

export interface OriginResponseSettings {
  grammar: Grammar;
  generation: string;
  render: RenderSettings;
  cache: CacheSettings;
  /** Of every answer. */
  headers: ViewerHeader[];
  /** Whether CloudWatch makes metrics of the log, which cost by the month and region. */
  hasMetrics: boolean;
  /** Time for one answer, in milliseconds. */
  budgetMs: number;
  /** Key of the original that is shown in place of a missing one. */
  fallback?: string;
  /** Hash of what decides refusals: those that are stored under another one are tried again. */
  refusalRules: string;
}

const hasDomains = ({ stack }: Config): boolean => stack.domains !== undefined;

/** What keeps a grammar away from the folders of members. */
const publicOnly = (config: Config): Pick<Grammar, 'folders'> => {
  const folders = foldersOf(config);
  return folders ? { folders } : {};
};

/** @param hasDomain whether the distribution has domain names, and all of it is this project's */
export const viewerRequestSettings = (config: Config, hasDomain = hasDomains(config)): ViewerRequestSettings => ({
  ...grammarOf(config),
  ...publicOnly(config),
  headers: viewerHeaders(hasDomain),
});

/**
 * @param memoryMb that the function has
 * @param hasDomain whether the distribution has domain names, and all of it is this project's
 */
export const originResponseSettings = (
  config: Config,
  memoryMb: number,
  hasDomain = hasDomains(config),
): OriginResponseSettings => ({
  // What has come this far was listed, or its signature holds.
  grammar: { ...grammarOf(config), ...(config.signed && { isSigned: true }) },
  generation: generationOf(config),
  render: { ...renderSettings(config), presets: definitionsOf(config, true) },
  // A distribution with others than images keeps a 503 for CloudFront's own minimum; one of its own keeps none.
  cache: { ...config.cache, retryAfter: config.base === undefined ? 1 : CACHE_BEHAVIOR.errorSeconds },
  headers: viewerHeaders(hasDomain),
  hasMetrics: featuresOf(config.stack).renderMetrics,
  budgetMs: config.limits.seconds * 1000,
  ...(config.fallback && { fallback: config.fallback }),
  refusalRules: refusalRulesOf(config, memoryMb),
});

/** Where a private key is, and the id of its public one, unless the parameter of the stack has that. */
export type EagerKey = NonNullable<ReturnType<typeof eagerKeyOf>>;

export interface RefreshSettings {
  grammar: Grammar;
  generation: string;
  /** Sizes and presets that are made after an upload. */
  eager: string[];
  /** With what it signs requests for what is for members; missing where it makes nothing of that. */
  eagerKey?: EagerKey;
  /** If more originals than this change in one batch, everything is invalidated. */
  keysBeforeAll: number;
  /** Whether stored variants expire, and so may live on in the CDN alone. */
  variantsExpire: boolean;
  /** How long a 404 or 415 may be cached, in seconds. */
  errorSeconds: number;
}

export function refreshSettings(config: Config): RefreshSettings {
  const eagerKey = eagerKeyOf(config);
  return {
    // Without a key to sign with, it makes no eager sizes for members.
    grammar: { ...grammarOf(config), ...(!eagerKey && publicOnly(config)) },
    generation: generationOf(config),
    eager: config.eager,
    ...(eagerKey && { eagerKey }),
    keysBeforeAll: featuresOf(config.stack).cacheTags ? config.refresh.keysBeforeAll : 0,
    variantsExpire: config.stack.variantDays !== undefined,
    errorSeconds: config.cache.errors,
  };
}

/** How long changes of originals are gathered: without cache tags, each batch empties the whole cache. */
export const refreshWindowSeconds = ({ refresh, stack }: Config): number =>
  refresh.windowSeconds ?? (featuresOf(stack).cacheTags ? 1 : EVENT_SOURCE_MAPPING.windowSeconds);

/** The part of the config that decides pixels and what is refused; overlays by their absolute paths. */
export const renderSettings = (config: Config): RenderSettings => ({
  ...lookOf(config),
  ...limitsOf(config),
  presets: definitionsOf(config, false),
});

const lookOf = ({ full, quality, perceptual, background, formats, svg, svgScale, colour }: Config) => ({
  full,
  quality,
  perceptual,
  background,
  formats,
  svg,
  svgScale,
  colour,
});

const limitsOf = ({ limits, heic }: Config) => ({
  heic,
  maxBytes: limits.originalMiB * 1024 * 1024,
  maxPixels: limits.megapixels * 1e6,
  maxProgressiveJpegPixels: limits.progressiveJpegMegapixels * 1e6,
  maxInterlacedPngPixels: limits.interlacedPngMegapixels * 1e6,
  maxAvifPixels: limits.avifMegapixels * 1e6,
  maxHeicPixels: limits.heicMegapixels * 1e6,
  maxAnimationPixels: limits.animationMegapixels * 1e6,
  seconds: limits.seconds,
});

/** The fonts of a folder, whatever their files are called. */
const hashFonts = (folder: string): string[] =>
  readSiteFonts(folder)
    .map(({ bytes }) => sha256(bytes))
    .sort();

/**
 * The generation of a config: hex digits that change whenever the same variant would get other pixels. Variants are
 * stored below it, so a changed setting takes effect at once and never mixes with what was rendered before. Presets are
 * no part of it: what they do is in the names of their variants.
 */
export function generationOf(config: Config): string {
  const { quality, perceptual, background, formats, full, limits, fonts, base, svg, svgScale, colour } = config;
  const pixels = {
    version: RENDERER_VERSION,
    quality,
    ...(!perceptual && { perceptual }),
    background,
    formats,
    full,
    animationMegapixels: limits.animationMegapixels,
    seconds: limits.seconds,
    // The key `img/a.jpg` without a base is stored where `a.jpg` is with the base `/img`, and may be another picture.
    ...(base !== undefined && { base }),
    ...(fonts && { fonts: hashFonts(fonts) }),
    ...(svg !== 'draw' && { svg }),
    ...(svgScale !== 1 && { svgScale }),
    ...(colour !== 'srgb' && { colour }),
  };
  return sha256(JSON.stringify(pixels)).slice(0, GENERATION_CHARACTERS);
}

const REFUSAL_RULES_CHARACTERS = 8;

/**
 * A hash of what decides which originals are refused: limits, memory, and the renderer with the kinds that it reads. It
 * is no part of the generation, since no picture changes with it.
 * @param memoryMb of the rendering function
 */
function refusalRulesOf({ limits, heic }: Config, memoryMb: number): string {
  const rules = { version: RENDERER_VERSION, limits, memoryMb, heic };
  return sha256(JSON.stringify(rules)).slice(0, REFUSAL_RULES_CHARACTERS);
}
