/**
 * `npm run contact-sheet`: renders every fixture with every fit, gravity and target, and some of them with every
 * operation of a preset, for a person to look at. A folder gets sheet.png, index.html, and the variants that the page shows, with their sizes.
 *
 * `npm run contact-sheet -- --quality`: the photographs that settings for each picture help most and least.
 */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import { EXAMPLES } from '../../scripts/preset-docs/examples';
import { FIXTURES, fixture } from '../edge/render/fixtures';
import { DRAWINGS } from '../edge/render/fixtures/drawings';
import { type Config, grammarOf, parseConfig } from '../../edge/config/schema';
import { isFailure } from '../../edge/failure';
import { FITS, GRAVITIES, TARGETS, type Target, type Variant, hasGravity, printVariant } from '../../edge/variant';
import { readUrl } from '../../edge/read-url';
import { render } from '../../edge/render';
import { renderSettings } from '../../edge/config/settings';
import { commandLine, runCommand } from '../../scripts/command-line';
import { readPhotographs } from '../../bench/photographs';
import { picturesOf } from '../../bench/pictures';
import { UsageError } from '../../scripts/usage';
import { writeQualitySheet } from './quality-sheet';

const BOX = 60;
const CELL = BOX + 8;
const LABEL = 150;

/** Transparent pixels, and those outside of a variant, show the checks. */
const CHECKS = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${CELL}" height="${CELL}"><rect width="100%" height="100%" fill="#bbb"/>
  <pattern id="p" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 0H4V8H8V4H0Z" fill="#999"/></pattern>
  <rect width="100%" height="100%" fill="url(#p)"/></svg>`,
);

/** Grey, so that padding shows on white and on black alike. */
const SETTINGS = { ...renderSettings(parseConfig({})), background: '#8899bb' };

const SHAPES = FITS.flatMap((fit): Omit<Variant, 'target'>[] =>
  hasGravity(fit)
    ? GRAVITIES.map((gravity) => ({ width: BOX, height: BOX, fit, gravity }))
    : [{ width: BOX, height: BOX, fit }],
);

/** Sizes that fit into a cell, whatever the examples have. */
const OPERATED: Config = parseConfig({
  presets: Object.fromEntries(
    Object.entries(EXAMPLES).map(([name, { preset }]) => [
      name,
      { ...preset, ...(preset.width && { width: BOX }), ...(preset.height && { height: BOX }) },
    ]),
  ),
});

const OPERATED_SETTINGS = { ...renderSettings(OPERATED), background: SETTINGS.background };

/** Stills and animations, with transparency and without: as many as a line has cells. */
const OPERATED_FIXTURES = (
  [
    'photo.jpg',
    'grey.jpg',
    'cmyk.jpg',
    'orientation-6.jpg',
    'fading.png',
    'grey-alpha.png',
    'drawing.png',
    '16-bit.png',
    'pixel.png',
    'wide.png',
    'drawing.svg',
    'clear.svg',
    'animated.gif',
    'animated-clear.gif',
    'animated.webp',
    'turned.webp',
  ] as const
).slice(0, SHAPES.length);

const label = (lines: string[], width: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CELL}" font-family="sans-serif" font-size="11">
    <rect width="100%" height="100%" fill="#fff"/>${lines.map((line, at) => `<text x="4" y="${20 + at * 16}">${line}</text>`).join('')}</svg>`,
  );

interface Original {
  name: string;
  bytes: Buffer;
}

async function originals(): Promise<Original[]> {
  const fixtures = FIXTURES.map(async (name) => ({ name, bytes: await fixture(name) }));
  const drawings = Object.entries(DRAWINGS).map(([name, svg]) => ({ name: `${name}.svg`, bytes: Buffer.from(svg) }));
  return [...(await Promise.all(fixtures)), ...drawings];
}

interface Cell {
  /** As the sheet shows it: a still of one cell at most. */
  shown: Buffer;
  html: string;
}

async function renderCell(
  directory: string,
  { name, bytes }: Original,
  variant: Variant,
  settings = SETTINGS,
): Promise<Cell> {
  const outcome = await render(bytes, variant, settings);
  const file = printVariant(variant);
  if (isFailure(outcome))
    return { shown: label([outcome.code.slice(0, 9)], BOX), html: `<td title="${file}">${outcome.code}</td>` };
  const { body, contentType, width, height, frames, note } = outcome;
  const path = `${name}/${file}.${contentType.slice(6)}`;
  writeFileSync(join(directory, path), body);
  const what = `${file}: ${contentType}, ${width}x${height}, ${frames} frames, ${body.length} bytes${note ? `, ${note}` : ''}`;
  const shown = await sharp(body, { limitInputPixels: false })
    .resize(CELL, CELL, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
  return { shown, html: `<td><img loading="lazy" src="${encodeURI(path)}" title="${what}"></td>` };
}

/** One line of the sheet: a fixture as one target, in every shape. */
async function renderRow(directory: string, original: Original, target: Target): Promise<Line> {
  const { name } = original;
  const cells: Cell[] = [];
  for (const shape of SHAPES) cells.push(await renderCell(directory, original, { ...shape, target }));
  return lineOf([name, target], cells);
}

/** One line of the sheet: what a preset does to some fixtures. */
async function renderPresetRow(directory: string, preset: string): Promise<Line> {
  const { variant } = readUrl(grammarOf(OPERATED), `/${preset}/a`, 'format=webp')!;
  const cells: Cell[] = [];
  for (const name of OPERATED_FIXTURES) {
    cells.push(await renderCell(directory, { name, bytes: await fixture(name) }, variant, OPERATED_SETTINGS));
  }
  return lineOf([preset, 'as a preset'], cells);
}

interface Line {
  strip: Buffer;
  html: string;
}

async function lineOf([name, target]: [string, string], cells: Cell[]): Promise<Line> {
  const layers = cells.flatMap(({ shown }, at): OverlayOptions[] => [
    { input: CHECKS, left: LABEL + at * CELL, top: 0 },
    { input: shown, left: LABEL + at * CELL, top: 0 },
  ]);
  const strip = await sharp(label([name, target], LABEL))
    .extend({ right: SHAPES.length * CELL, background: '#fff' })
    .composite(layers)
    .png()
    .toBuffer();
  return { strip, html: `<tr><th>${name}<br>${target}</th>${cells.map(({ html }) => html).join('')}</tr>` };
}

const headings = SHAPES.map(({ fit, gravity = '' }) => [fit, gravity]);

async function stack(strips: Buffer[]): Promise<Buffer> {
  const heading = await sharp({
    create: {
      width: LABEL + SHAPES.length * CELL,
      height: CELL * (strips.length + 1),
      channels: 3,
      background: '#fff',
    },
  })
    .composite([
      ...headings.map((lines, at) => ({ input: label(lines, CELL), left: LABEL + at * CELL, top: 0 })),
      ...strips.map((input, at) => ({ input, left: 0, top: CELL * (at + 1) })),
    ])
    .png({ compressionLevel: 9 })
    .toBuffer();
  return heading;
}

const page = (rows: string[]): string => `<!doctype html><meta charset="utf-8"><title>Contact sheet</title>
<style>
  body { font: 12px sans-serif } td { width: ${CELL}px; height: ${CELL}px; text-align: center;
  background: repeating-conic-gradient(#999 0 25%, #bbb 0 50%) 0 0 / 8px 8px } th { text-align: left }
  thead th { position: sticky; top: 0; background: #fff }
</style>
<table><thead><tr><th></th>${headings.map((lines) => `<th>${lines.join('<br>')}</th>`).join('')}</tr></thead>
${rows.join('\n')}</table>
`;

const program = commandLine('contact-sheet')
  .description('Renders every fixture in every shape and target, for a person to look at. It takes some two minutes.')
  .argument('[folder]', 'where index.html, sheet.png and the variants go', 'contact-sheet')
  .option(
    '--quality',
    'in place of that: photographs of the judging half, with fixed and with predicted settings',
    false,
  )
  .option('--photos <folder>', 'with --quality: JPEG files in place of the judging half');

interface Options {
  quality: boolean;
  photos?: string;
}

async function makeQualitySheet(directory: string, photos: string | undefined): Promise<void> {
  const { photographs } =
    photos === undefined ? picturesOf('judge') : { photographs: (await readPhotographs(photos)).files };
  const count = await writeQualitySheet(directory, photographs, (name) => console.log(name));
  console.log(`${join(directory, 'index.html')}: ${count} photographs.`);
}

async function main(): Promise<void> {
  const [directory] = program.parse().processedArgs as [string];
  if (existsSync(directory) && !statSync(directory).isDirectory()) throw new UsageError(`${directory} is no folder.`);
  const { quality, photos } = program.opts<Options>();
  if (quality) return makeQualitySheet(directory, photos);
  if (photos !== undefined) throw new UsageError('--photos is for --quality.');
  const strips: Buffer[] = [];
  const rows: string[] = [];
  for (const original of await originals()) {
    mkdirSync(join(directory, original.name), { recursive: true });
    for (const target of TARGETS) {
      const { strip, html } = await renderRow(directory, original, target);
      strips.push(strip);
      rows.push(html);
    }
    console.log(original.name);
  }
  for (const preset of Object.keys(OPERATED.presets)) {
    const { strip, html } = await renderPresetRow(directory, preset);
    strips.push(strip);
    rows.push(html);
  }
  writeFileSync(join(directory, 'index.html'), page(rows));
  writeFileSync(join(directory, 'sheet.png'), await stack(strips));
  console.log(`${join(directory, 'index.html')} and sheet.png: ${rows.length} rows of ${SHAPES.length}.`);
}

runCommand(main);
