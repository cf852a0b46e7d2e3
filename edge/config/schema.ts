/**
 * The schema of `resizer.config.ts`: every setting, its default and what is allowed.
 *
 * Checked where the config is read (build, synth, start); the edge functions get the outcome as plain data.
 */
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, checked } from './checked';
import {
  FITS,
  GRAVITIES,
  type Grammar,
  MAX_SIDE,
  type Preset,
  URL_FORMS,
  hasGravity,
  parseSize,
  printSize,
} from '../variant';
import { CACHE_BEHAVIOR, EVENT_SOURCE_MAPPING, INVALIDATIONS } from '../limits';
import { listOf } from './list-of';
import { readSiteFonts } from './site-fonts';
import { stackSchema } from './stack';
import { variantNames } from './variants';

const DAY = 86_400;

const isSize = (text: string): boolean => {
  try {
    return text === 'full' || (printSize(parseSize(text)) !== 'full' && !text.includes('@'));
  } catch {
    return false;
  }
};

const size = z.string().refine(isSize, `expected WxH, Ww or Hh with numbers of 1 to ${MAX_SIDE}, or full`);

const side = z.int().min(1).max(MAX_SIDE);

const presetSchema = z.strictObject({
  width: side,
  height: side,
  fit: z.enum(FITS).default('cover'),
  /** The first of `gravities`, where the fit crops or pads. */
  gravity: z.enum(GRAVITIES).optional(),
});

const positive = z.number().positive();
const seconds = z.int().min(0).max(CACHE_BEHAVIOR.ttlSeconds);

const schema = z
  .strictObject({
    /** The allow-list: sizes that viewers can ask for. */
    sizes: listOf(size).default([
      '100x100',
      '300x300',
      '600x600',
      '360x270',
      '320w',
      '640w',
      '960w',
      '1280w',
      '1920w',
      '480h',
      'full',
    ]),
    /** Sizes with a name, a fit and a gravity of their own. */
    presets: z
      .record(
        z
          .string()
          .regex(
            /^(?!full$)[a-z][a-z0-9-]*$/,
            'expected a name of a-z, 0-9 and -, beginning with a letter, not "full"',
          ),
        presetSchema,
      )
      .default({
        thumb: { width: 200, height: 200, fit: 'cover' },
        profile: { width: 400, height: 400, fit: 'cover', gravity: 'attention' },
        cover: { width: 1600, height: 400, fit: 'cover' },
      }),
    /** URL forms that are read. A site whose folders look like sizes turns `lastFolder` off. */
    urls: listOf(z.enum(URL_FORMS)).default([...URL_FORMS]),
    /** The largest device-pixel ratio. */
    maxDpr: z.int().min(1).max(9).default(3),
    /** The first is the default of a size with two sides. */
    fits: listOf(z.enum(FITS)).default(['cover', 'inside']),
    /** The first is the default. */
    gravities: listOf(z.enum(GRAVITIES)).default(['centre', 'attention']),
    /** Modern formats that `auto` may use, best first. */
    formats: listOf(z.enum(['avif', 'webp']), 0).default(['avif', 'webp']),
    /** Default quality, on mozjpeg's scale; each format's own value is one that looks the same. */
    quality: z.int().min(1).max(100).default(76),
    /** Values that `q` of a URL snaps to; with none, `q` is dropped. */
    qualities: z.array(z.int().min(1).max(100)).default([]),
    /** For padding and for formats without transparency: `white`, or `#rrggbb`. */
    background: z
      .string()
      .regex(/^(white|black|#[0-9a-fA-F]{6})$/, 'expected white, black or #rrggbb')
      .default('white'),
    /** Whether an unlisted size goes to the smallest listed one that covers it, in place of a 403. */
    snap: z.boolean().default(false),
    /** Longest edge of the size `full`, in pixels. */
    full: side.default(2560),
    /** How long browsers and the CDN keep a variant, and both an error, in seconds. */
    cache: z
      .strictObject({
        browser: seconds.default(DAY),
        staleWhileRevalidate: seconds.default(30 * DAY),
        cdn: seconds.default(365 * DAY),
        errors: seconds.default(60),
      })
      .prefault({}),
    /** What an original may cost before it is refused, or its animation served still. */
    limits: z
      .strictObject({
        originalMiB: positive.max(500).default(50),
        megapixels: positive.default(50),
        progressiveJpegMegapixels: positive.default(50),
        interlacedPngMegapixels: positive.default(24),
        avifMegapixels: positive.default(16),
        animationMegapixels: positive.default(50),
        /** Time for one answer of the rendering function. */
        seconds: positive.max(28).default(25),
      })
      .prefault({}),
    /** A config that allows more variants per original is refused. */
    maxVariants: z.int().min(1).default(2_000),
    /** Sizes made as soon as an original is uploaded: listed ones, or names of presets. */
    eager: z.array(z.string()).default([]),
    /** Key of an original that is shown in place of a missing one; the status stays 404. */
    fallback: z
      .string()
      .regex(
        /^(?!\/|(.*\/)?\.\.?(\/|$))./,
        'expected a key, without a slash at its start and without . or .. as a folder',
      )
      .optional(),
    /** Folder of fonts for the text of SVGs, beside those that come with the function. */
    fonts: z.string().min(1, 'expected the path of a folder').optional(),
    /** What happens after an original is uploaded, overwritten or removed. */
    refresh: z
      .strictObject({
        /** How long changes are gathered into one batch, in seconds. */
        windowSeconds: z.int().min(1).max(EVENT_SOURCE_MAPPING.windowSeconds).default(1),
        /** With more originals than these in one batch, all that the CDN holds is invalidated in place of each. */
        keysBeforeAll: z.int().min(0).max(INVALIDATIONS.pathsInProgress).default(100),
      })
      .prefault({}),
    /** What `cdk deploy` needs to know. */
    stack: stackSchema.prefault({}),
  })
  .superRefine((config, context) => {
    config.eager.forEach((name, index) => {
      if (config.sizes.includes(name) || Object.hasOwn(config.presets, name)) return;
      context.addIssue({
        code: 'custom',
        path: ['eager', index],
        message: `expected one of ${[...config.sizes, ...Object.keys(config.presets)].join(', ')}`,
      });
    });
  });

/** What a user writes: every field may be left out. */
export type ResizerConfig = z.input<typeof schema>;

/** The config with every default filled in. */
export type Config = z.output<typeof schema>;

/** The config with the folder of fonts as an absolute path. @throws ConfigError if fonts cannot be had there */
function withFonts(config: Config, folder: string): Config {
  if (config.fonts === undefined) return config;
  const fonts = resolve(folder, config.fonts);
  try {
    readSiteFonts(fonts);
  } catch (error) {
    throw new ConfigError(`fonts: ${JSON.stringify(config.fonts)}, ${(error as Error).message}`);
  }
  return { ...config, fonts };
}

/**
 * Checks a config and fills in the defaults.
 * @param folder from which paths in the config start: that of its file, or of `cdk.json`, in which the CDK runs an app
 * @throws ConfigError that names each wrong field, its value and what is allowed
 */
export function parseConfig(input: unknown, folder = process.cwd()): Config {
  const config = withFonts(checked(schema, input), folder);
  const count = variantNames(grammarOf(config)).length;
  if (count > config.maxVariants) {
    throw new ConfigError(
      `maxVariants: ${config.maxVariants}, expected at least ${count}: so many variants per original are allowed`,
    );
  }
  return config;
}

/** The part of the config that the URL grammar reads. */
export function grammarOf(config: Config): Grammar {
  const presets = Object.entries(config.presets).map(([name, { width, height, fit, gravity }]): Preset => {
    const preset: Preset = { name, size: printSize({ width, height }), fit };
    if (hasGravity(fit)) preset.gravity = gravity ?? config.gravities[0]!;
    return preset;
  });
  const sizes = config.sizes.map((text) => printSize(parseSize(text)));
  const { urls, maxDpr, fits, gravities, formats, quality, qualities, snap } = config;
  return {
    sizes: [...new Set([...sizes, ...presets.map((preset) => preset.size)])],
    presets,
    urls,
    maxDpr,
    fits,
    gravities,
    formats,
    quality,
    qualities,
    snap,
  };
}
