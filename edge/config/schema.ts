/**
 * The schema of `resizer.config.ts`: every setting, its default and what is allowed.
 *
 * Whatever reads the config checks it (build, synth, start). The edge functions get the result as plain data.
 */
import { z } from 'zod';
import { ConfigError, checked } from './checked';
import { FITS, GRAVITIES, type Grammar, MODERN_FORMATS, URL_FORMS } from '../variant';
import { parseSize, printSize } from '../size';
import { CACHE_BEHAVIOR, EVENT_SOURCE_MAPPING, INVALIDATIONS, MANAGED_CACHE_POLICY } from '../limits';
import { conflictsIn } from './conflicts';
import { MAX_SIDE } from '../grammar-constants';
import { GRAMMAR_DEFAULTS, SETS, SIGNED_SIDE, expandSets } from './grammar-defaults';
import { listOf } from './list-of';
import { background, presetSchema, side } from './preset-schema';
import { grammarPreset } from './preset-definitions';
import { withOverlays } from './overlays';
import { privateSchema, withPublicKeys } from './private';
import { withFonts } from './site-fonts';
import { stackSchema } from './stack-schema';
import { variantNames } from './variants';

const DAY = 86_400;

/** Longest `base`, in characters. It is part of every key of a variant, which has 1,024 bytes in all. */
const MAX_BASE = 128;

const isSize = (text: string): boolean => {
  try {
    return text === 'full' || (printSize(parseSize(text)) !== 'full' && !text.includes('@'));
  } catch {
    return false;
  }
};

const size = z
  .string()
  .refine(
    (text) => isSize(text) || Object.hasOwn(SETS, text),
    `expected WxH, Ww or Hh with numbers of 1 to ${MAX_SIDE}, full, or a set: ${Object.keys(SETS).join(', ')}`,
  );

const positive = z.number().positive();
const seconds = z.int().min(0).max(CACHE_BEHAVIOR.ttlSeconds);

/** `npm run docs:settings` makes the tables of settings in the documents of these descriptions. */
export const schema = z
  .strictObject({
    sizes: listOf(size)
      .transform((sizes) => [...new Set(expandSets(sizes))])
      .default(GRAMMAR_DEFAULTS.sizes)
      .describe(
        'The allow-list of sizes that viewers can request. `next`, `nuxt`, `astro` and `unpic` stand for the widths that these frameworks request.',
      ),
    presets: z
      .record(
        z
          .string()
          .regex(
            /^(?!(full|info)$)[a-z][a-z0-9-]*$/,
            'expected a name of a-z, 0-9 and -, beginning with a letter, not "full" or "info"',
          ),
        presetSchema,
      )
      .default(GRAMMAR_DEFAULTS.presets)
      .describe('Sizes with a name, and what else is done to the picture: docs/presets.md.'),
    urls: listOf(z.enum(URL_FORMS))
      .default([...URL_FORMS])
      .describe('URL forms that are read. Turn `lastFolder` off if your folders look like sizes.'),
    maxDpr: z.int().min(1).max(9).default(GRAMMAR_DEFAULTS.maxDpr).describe('The largest device-pixel ratio, up to 9.'),
    fits: listOf(z.enum(FITS))
      .default(GRAMMAR_DEFAULTS.fits)
      .describe(
        'Fits that viewers can ask for: `cover`, `contain`, `fill`, `inside`, `outside`. The first is the default.',
      ),
    gravities: listOf(z.enum(GRAVITIES))
      .default(GRAMMAR_DEFAULTS.gravities)
      .describe(
        'Where a picture is cropped or padded: `focus` (the focal point in the metadata of the original, else the centre: docs/focus.md), `centre`, `attention`, `entropy` or a compass point such as `northeast`. The first is the default.',
      ),
    formats: listOf(z.enum(MODERN_FORMATS), 0)
      .default(GRAMMAR_DEFAULTS.formats)
      .describe('Modern formats that `auto` may use, best first.'),
    quality: z
      .int()
      .min(1)
      .max(100)
      .default(GRAMMAR_DEFAULTS.quality)
      .describe("The default quality on mozjpeg's scale. Other formats get the value that looks the same."),
    perceptual: z
      .boolean()
      .default(true)
      .describe(
        'Whether `quality` and `q` aim at how a picture looks: each photograph gets its own setting. With `false`, all get the same: docs/rendering.md#quality.',
      ),
    qualities: z
      .array(z.int().min(1).max(100))
      .default(GRAMMAR_DEFAULTS.qualities)
      .describe(
        'Values that `q` in a URL is rounded to, such as `[50, 76, 90]`. List the default quality if it is to be one of them. Without any, `q` is ignored. Each multiplies the number of variants.',
      ),
    background: background
      .default('white')
      .describe(
        'Colour of padding, and of what was transparent in formats without transparency: `white`, `black`, `#rrggbb` or `transparent`.',
      ),
    base: z
      .string()
      .regex(
        /^(\/(?!\.\.?(\/|$))[\w.~-]+)+$/,
        'expected a path such as /img: a slash before each folder, none at the end, of a-z, A-Z, 0-9, - . _ and ~',
      )
      .max(MAX_BASE)
      .optional()
      .describe(
        'Path that all URLs begin with, such as `/img`, for a distribution that serves more than images: docs/cookbook/existing-distribution.md.',
      ),
    snap: z
      .boolean()
      .default(false)
      .describe(
        'Whether an unlisted size gets a listed one of its shape (width, height or box) instead of a 403: the smallest that is large enough, or the largest. A box gets the one whose crop loses least. If none of its shape is listed, it gets `full`, which `sizes` has to contain. A `dpr` is rounded up, to `maxDpr` at most.',
      ),
    signed: z
      .union(
        [
          z.boolean(),
          z.strictObject({
            maxSide: side
              .default(SIGNED_SIDE)
              .describe(`Largest width and height of a signed request, in pixels. Without it, ${SIGNED_SIDE}.`),
          }),
        ],
        'expected true, false or { maxSide: 4096 }',
      )
      .default(false)
      .describe(
        'Whether signed URLs may request unlisted sizes up to a bound, and any fit, gravity, quality or crop: docs/signed.md. Needs a KeyValueStore, which the plan `free` lacks.',
      ),
    private: privateSchema.optional(),
    full: side.default(2560).describe('Longest edge of the size `full`, in pixels.'),
    cache: z
      .strictObject({
        browser: seconds.default(DAY).describe('How long browsers keep a variant, in seconds.'),
        staleWhileRevalidate: seconds
          .default(30 * DAY)
          .describe('How long browsers may then show it while they ask for a newer one, in seconds.'),
        cdn: seconds
          .max(MANAGED_CACHE_POLICY.maxTtlSeconds)
          .default(365 * DAY)
          .describe('How long CloudFront keeps a variant, in seconds: a year at most.'),
        errors: seconds
          .default(60)
          .describe('How long browsers and CloudFront keep an error about an original, in seconds.'),
      })
      .prefault({}),
    limits: z
      .strictObject({
        originalMiB: positive
          .max(500)
          .default(50)
          .describe('Largest original in MiB. Raising a limit raises the memory or time that an upload can take.'),
        megapixels: positive.default(50).describe('Largest original in megapixels.'),
        progressiveJpegMegapixels: positive.default(50).describe('Largest progressive JPEG, in megapixels.'),
        interlacedPngMegapixels: positive.default(24).describe('Largest interlaced PNG, in megapixels.'),
        avifMegapixels: positive.default(16).describe('Largest AVIF, in megapixels.'),
        heicMegapixels: positive
          .default(25)
          .describe('Largest HEIC, in megapixels. It takes the most time of all originals.'),
        animationMegapixels: positive
          .default(50)
          .describe('Megapixels of all frames of an animation. Only the first frame of a larger one is served.'),
        seconds: positive.max(28).default(25).describe('Time that the rendering function has for one answer.'),
      })
      .prefault({}),
    maxVariants: z
      .int()
      .min(1)
      .default(5_000)
      .describe('A config that allows more variants of one original than this is refused.'),
    eager: z
      .array(z.string())
      .default([])
      .describe(
        'Sizes and presets to render as soon as an original is uploaded, also with `@2x`; and `info`, the facts (docs/focus.md).',
      ),
    fallback: z
      .string()
      .regex(
        /^(?!\/|(.*\/)?\.\.?(\/|$))./,
        'expected a key, without a slash at its start and without . or .. as a folder',
      )
      .optional()
      .describe('Key of an original that is shown instead of a missing one. The status stays 404.'),
    colour: z
      .enum(['srgb', 'p3'], 'expected srgb or p3')
      .default('srgb')
      .describe(
        'The widest colour space of variants. With `p3`, originals wider than sRGB come out in Display P3 for viewers that take AVIF or WebP: docs/rendering.md#wide-gamut.',
      ),
    heic: z
      .boolean()
      .default(false)
      .describe(
        'Whether to read HEIC originals, as iPhones make them. HEIC uses HEVC, which is patented: docs/rendering.md#heic explains that, and the cost.',
      ),
    svg: z
      .enum(['draw', 'pass'], 'expected draw or pass')
      .default('draw')
      .describe(
        'How an SVG is served: `draw` renders it, `pass` serves the file itself, with headers that stop anything in it from running: docs/rendering.md#passing-svg-on.',
      ),
    svgScale: z
      .number('expected a number from 0.1 to 16')
      .min(0.1, 'expected a number from 0.1 to 16')
      .max(16, 'expected a number from 0.1 to 16')
      .default(1)
      .describe('By how much the size `full` of an SVG is larger than its size in CSS pixels; never beyond `full`.'),
    fonts: z
      .string()
      .min(1, 'expected the path of a folder')
      .optional()
      .describe(
        'Folder of more fonts for text in SVGs, relative to the config file. For those that are built in see docs/rendering.md#fonts.',
      ),
    refresh: z
      .strictObject({
        windowSeconds: z
          .int()
          .min(1)
          .max(EVENT_SOURCE_MAPPING.windowSeconds)
          .optional()
          .describe(
            `How long changes are collected into one batch. Without it 1, and ${EVENT_SOURCE_MAPPING.windowSeconds} with the plan \`free\`.`,
          ),
        keysBeforeAll: z
          .int()
          .min(0)
          .max(INVALIDATIONS.pathsInProgress)
          .default(100)
          .describe(
            'If more originals than this changed in one batch, the whole CDN cache is invalidated. With the plan `free`, it always is.',
          ),
      })
      .prefault({}),
    stack: stackSchema.prefault({}),
  })
  .superRefine((config, context) => {
    for (const [path, message] of conflictsIn(config)) context.addIssue({ code: 'custom', path, message });
  });

/** A config as a user writes it: every field may be left out. */
export type ResizerConfig = z.input<typeof schema>;

/** A config with every default filled in. */
export type Config = z.output<typeof schema>;

/**
 * Checks a config and fills in the defaults.
 * @param folder that paths in the config are relative to: that of its file, or of the app's `cdk.json`
 * @throws ConfigError that names each wrong field, its value and what is allowed
 */
export function parseConfig(input: unknown, folder = process.cwd()): Config {
  const config = withPublicKeys(withOverlays(withFonts(checked(schema, input), folder), folder), folder);
  const count = variantNames(grammarOf(config)).length;
  if (count > config.maxVariants) {
    throw new ConfigError(
      `maxVariants: ${config.maxVariants}, expected at least ${count}, which is how many variants of one original the config allows`,
    );
  }
  return config;
}

/** The part of the config that the URL grammar reads. */
export function grammarOf(config: Config): Grammar {
  const presets = Object.entries(config.presets).map(([name, preset]) => grammarPreset(name, preset, config));
  const sizes = config.sizes.map((text) => printSize(parseSize(text)));
  const { urls, maxDpr, fits, gravities, formats, quality, qualities, snap, signed, base = '' } = config;
  return {
    sizes: [...new Set([...sizes, ...presets.flatMap((preset) => preset.size ?? [])])],
    presets,
    urls,
    maxDpr,
    fits,
    gravities,
    formats,
    quality,
    qualities,
    snap,
    base,
    ...(signed && { signed: signed === true ? SIGNED_SIDE : signed.maxSide }),
  };
}
