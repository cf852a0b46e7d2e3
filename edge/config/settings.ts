/**
 * The settings that each function gets of the config: plain data, in the code of the CloudFront Function, and for the
 * others in a file beside their code, as the constant `SETTINGS`. Lambda@Edge has no environment variables, and loading
 * a schema library would slow down its start.
 */
import type { RenderSettings } from '../render/types';
import { RENDERER_VERSION } from '../render/version';
import { CACHE_BEHAVIOR, EVENT_SOURCE_MAPPING } from '../limits';
import { GENERATION_CHARACTERS } from '../grammar-constants';
import type { Grammar } from '../variant';
import { featuresOf } from './features';
import { definitionsOf } from './preset-definitions';
import { eagerKeyOf, foldersOf } from './private';
import { type Config, grammarOf } from './schema';
import { sha256 } from './sha256';
import { readSiteFonts } from './site-fonts';
import { type ViewerHeader, viewerHeaders } from './viewer-headers';

/** The file with the settings of a function for Node, beside its code. */
export const SETTINGS_FILE = 'settings.json';

export interface ViewerRequestSettings extends Grammar {
  /** Of every answer. */
  headers: ViewerHeader[];
}

/** How long answers may be cached, in seconds. */
export type CacheSettings = Config['cache'] & {
  /** When a viewer may try again after a temporary failure. */
  retryAfter: number;
};

export interface OriginResponseSettings {
  grammar: Grammar;
  generation: string;
  render: RenderSettings;
  cache: CacheSettings;
  /** Of every answer. */
  headers: ViewerHeader[];
  /** Whether CloudWatch extracts metrics from the log, which cost money for each month and region. */
  hasMetrics: boolean;
  /** The time for one answer, in milliseconds. */
  budgetMs: number;
  /** The key of the original that is shown in place of a missing one. */
  fallback?: string;
  /** Hash of the settings that decide refusals. What is stored with another hash is rendered again. */
  refusalRules: string;
}

const hasDomains = ({ stack }: Config): boolean => stack.domains !== undefined;

/** The part of a grammar that keeps it away from the folders of members. */
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
  // The viewer-request function has let it through: it is listed, or has a valid signature.
  grammar: { ...grammarOf(config), ...(config.signed && { isSigned: true }) },
  generation: generationOf(config),
  render: { ...renderSettings(config), presets: definitionsOf(config, true) },
  // A distribution that serves other things, too, caches a 503 for CloudFront's minimum; one of this project does not.
  cache: { ...config.cache, retryAfter: config.base === undefined ? 1 : CACHE_BEHAVIOR.errorSeconds },
  headers: viewerHeaders(hasDomain),
  hasMetrics: featuresOf(config.stack).renderMetrics,
  budgetMs: config.limits.seconds * 1000,
  ...(config.fallback && { fallback: config.fallback }),
  refusalRules: refusalRulesOf(config, memoryMb),
});

/** Where a private key is, and the id of its public key, unless the stack's parameter has that. */
export type EagerKey = NonNullable<ReturnType<typeof eagerKeyOf>>;

export interface RefreshSettings {
  grammar: Grammar;
  generation: string;
  /** Sizes and presets that are made after an upload. */
  eager: string[];
  /** The key that signs its requests for members' pictures; undefined if it makes no eager sizes of those. */
  eagerKey?: EagerKey;
  /** If more originals than this change in one batch, everything is invalidated. */
  keysBeforeAll: number;
  /** Whether stored variants expire, so that CloudFront may have one that S3 no longer has. */
  variantsExpire: boolean;
  /** How long a 404 or 415 may be cached, in seconds. */
  errorSeconds: number;
}

export function refreshSettings(config: Config): RefreshSettings {
  const eagerKey = eagerKeyOf(config);
  return {
    // Without a key, it makes no eager sizes for members.
    grammar: { ...grammarOf(config), ...(!eagerKey && publicOnly(config)) },
    generation: generationOf(config),
    eager: config.eager,
    ...(eagerKey && { eagerKey }),
    keysBeforeAll: featuresOf(config.stack).cacheTags ? config.refresh.keysBeforeAll : 0,
    variantsExpire: config.stack.variantDays !== undefined,
    errorSeconds: config.cache.errors,
  };
}

/** How long changes of originals are collected. Without cache tags it is longer, since each batch empties the cache. */
export const refreshWindowSeconds = ({ refresh, stack }: Config): number =>
  refresh.windowSeconds ?? (featuresOf(stack).cacheTags ? 1 : EVENT_SOURCE_MAPPING.windowSeconds);

/** The part of the config that decides pixels and refusals of originals, with absolute paths of overlays. */
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

/** Hashes of the fonts in a folder, regardless of the names of their files. */
const hashFonts = (folder: string): string[] =>
  readSiteFonts(folder)
    .map(({ bytes }) => sha256(bytes))
    .sort();

/**
 * The generation of a config: hex digits that change whenever a variant of the same name would get other pixels.
 * Variants are stored below it, so a changed setting takes effect at once, and never mixes with what was rendered
 * before. Presets are not part of it, since the names of their variants depend on what they do.
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
    // Without a base, `img/a.jpg` has the key that `a.jpg` has with the base `/img`, and may be another picture.
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
 * A hash of what decides which originals are refused: limits, memory, and the version of the renderer with the formats
 * that it reads. It is not part of the generation, since it changes no pixels.
 * @param memoryMb of the rendering function
 */
function refusalRulesOf({ limits, heic }: Config, memoryMb: number): string {
  const rules = { version: RENDERER_VERSION, limits, memoryMb, heic };
  return sha256(JSON.stringify(rules)).slice(0, REFUSAL_RULES_CHARACTERS);
}
