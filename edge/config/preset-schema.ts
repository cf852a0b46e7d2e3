/**
 * The schema of a preset: its size, and its operations in the order in which they are applied. `npm run docs:presets`
 * makes the table in docs/presets.md of these descriptions.
 */
import { z } from 'zod';
import { COMPASS } from '../render/operations/compass';
import { FITS, FORMATS, type Format, GRAVITIES } from '../variant';
import { MAX_SIDE } from '../grammar-constants';

export const side = z.int().min(1).max(MAX_SIDE);

export const background = z
  .string()
  .regex(/^(white|black|transparent|#[0-9a-fA-F]{6})$/, 'expected white, black, transparent or #rrggbb');

/** A number within bounds, with one message for all errors. */
function between(least: number, most: number, unit = ''): z.ZodNumber {
  const expected = `expected a number from ${least} to ${most}${unit}`;
  return z.number(expected).min(least, expected).max(most, expected);
}

function wholeBetween(least: number, most: number, unit = ''): z.ZodNumber {
  const expected = `expected a whole number from ${least} to ${most}${unit}`;
  return z.int(expected).min(least, expected).max(most, expected);
}

/** `true` for the usual value, or a number. */
function usualOr(least: number, most: number) {
  const expected = `expected true or a number from ${least} to ${most}`;
  return z.union([z.boolean(), z.number().min(least, expected).max(most, expected)], expected);
}

/** A file that is laid over the picture, and how. */
const overlaySchema = z.strictObject({
  file: z.string('expected the path of a PNG or an SVG').min(1, 'expected the path of a PNG or an SVG'),
  gravity: z.enum(COMPASS, `expected one of ${COMPASS.join(', ')}`).default('southeast'),
  scale: between(0.01, 1).optional(),
  margin: wholeBetween(0, 500, ' pixels').default(0),
  opacity: between(0, 1).default(1),
  tile: z.boolean('expected true or false').default(false),
});

const MODULATE = 'expected at least one of brightness, saturation, hue';

const modulateSchema = z
  .strictObject({
    brightness: between(0, 10).optional(),
    saturation: between(0, 10).optional(),
    hue: wholeBetween(-360, 360, ' degrees').optional(),
  })
  .refine((value) => Object.values(value).some((each) => each !== undefined), MODULATE);

const RADIUS = `expected a whole number from 1 to ${MAX_SIDE}, or max`;

const flag = z.boolean('expected true or false').optional();

export const presetSchema = z
  .strictObject({
    trim: usualOr(1, 255)
      .optional()
      .describe(
        'Cuts off borders in the colour of the top left pixel. `true`, or by how much of 255 their colour may differ: 10 without a number.',
      ),
    rotate: z
      .union([z.literal(90), z.literal(180), z.literal(270)], 'expected 90, 180 or 270')
      .optional()
      .describe('Turns clockwise by `90`, `180` or `270` degrees. Sides and gravity are those of the turned picture.'),
    flip: flag.describe('Mirrors top and bottom.'),
    flop: flag.describe('Mirrors left and right.'),
    width: side.optional().describe('In pixels. With one side the other is free; with none the size is `full`.'),
    height: side.optional().describe('In pixels.'),
    fit: z
      .enum(FITS)
      .optional()
      .describe('How both sides are kept: `cover` (without one), `contain`, `fill`, `inside`, `outside`.'),
    gravity: z
      .enum(GRAVITIES)
      .optional()
      .describe('Where it is cropped or padded; without one the first of `gravities`.'),
    greyscale: flag.describe('Takes the colours away.'),
    modulate: modulateSchema
      .optional()
      .describe('`brightness` and `saturation` as factors (0 to 10), `hue` in degrees (-360 to 360).'),
    blur: between(0.3, 50).optional().describe('Blurs by a Gaussian of this many pixels (sigma, 0.3 to 50).'),
    sharpen: usualOr(0.3, 3).optional().describe('Sharpens. `true`, or sigma (0.3 to 3): 1 without a number.'),
    overlay: overlaySchema
      .optional()
      .describe(
        'Lays a PNG or SVG over the picture: `{ file, gravity, scale, margin, opacity, tile }`, see [below](#overlays).',
      ),
    padding: wholeBetween(1, 500, ' pixels')
      .optional()
      .describe('Adds this many pixels of the background on each side (1 to 500), beyond width and height.'),
    radius: z
      .union([z.int(RADIUS).min(1, RADIUS).max(MAX_SIDE, RADIUS), z.literal('max')], RADIUS)
      .optional()
      .describe('Rounds the corners by this many pixels; `max` makes a circle of a square. Padding is inside of them.'),
    background: background
      .optional()
      .describe(
        'In place of `background`: of padding, and of what was transparent where the format has no transparency.',
      ),
    format: z
      .enum(FORMATS as [Format, ...Format[]])
      .optional()
      .describe('The only format: `avif webp jpeg png gif`. Then the query cannot choose one.'),
    quality: wholeBetween(1, 100).optional().describe('In place of `quality`, on the same scale.'),
  })
  .superRefine(({ width, height, fit, gravity, padding = 0 }, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (!width || !height) {
      if (fit) refuse('fit', 'expected none, since width or height is missing');
      if (gravity) refuse('gravity', 'expected none, since width or height is missing');
    }
    if (Math.max(width ?? 0, height ?? 0) + 2 * padding > MAX_SIDE) {
      refuse('padding', `expected sides of up to ${MAX_SIDE} pixels, padding included`);
    }
  });

/** A preset in a config. */
export type PresetConfig = z.output<typeof presetSchema>;
