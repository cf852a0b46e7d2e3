/**
 * `npm run bench:fit`: fits the formulas for the quality of photographs to the fitting half of the pictures, and writes
 * them. Its measurements are kept beside the pictures; the first run takes some 20 minutes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { type Main, commandLine, runCommand } from '../scripts/command-line';
import { type Fit, fit } from './fit/formulas';
import { measure } from './fit/points';
import { FOLDER, picturesOf } from './pictures';

const WIDTHS = [320, 640, 1280];

const OUTPUT = join(__dirname, '..', 'edge', 'render', 'perceptual', 'coefficients.ts');

/** The fit is not more precise than this. */
const DIGITS = 5;

const rounded = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'number' ? Number(each.toPrecision(DIGITS)) : each));

const sourceOf = ({ ranges, formulas }: Fit): string => `
/** Fitted to photographs: \`npm run bench:fit\` writes this file. */
import type { Formulas, Ranges } from './detail';

export const RANGES: Ranges = ${rounded(ranges)};

export const FORMULAS: Formulas = ${rounded(formulas)};
`;

const main: Main = async (args, terminal) => {
  commandLine('bench:fit', terminal)
    .description('Fits the formulas for the quality of photographs, and writes edge/render/perceptual/coefficients.ts.')
    .parse(args, { from: 'user' });
  const { photographs } = picturesOf('fit');
  const samples = await measure(photographs, WIDTHS, join(FOLDER, 'points.jsonl'), (line) =>
    terminal.showProgress(line),
  );
  terminal.hideStatus();
  const options = await resolveConfig(OUTPUT);
  writeFileSync(OUTPUT, await format(sourceOf(fit(samples)), { ...options, parser: 'typescript' }));
  terminal.print(`Fitted to ${samples.length} samples of ${photographs.length} photographs.`);
};

if (require.main === module) runCommand(main);
