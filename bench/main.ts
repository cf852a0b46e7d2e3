/** `npm run bench`: measures what this project claims, side by side with what it is compared to. */
import { commandLine, runCommand } from '../scripts/command-line';
import { whole, wholeFrom } from '../scripts/numbers';
import { UsageError } from '../scripts/usage';
import type { Bench, Context } from './bench';
import { readPhotographs } from './photographs';
import { keep, print } from './results';
import { bytes } from './bytes';
import { cold } from './cold';
import { cost } from './cost';
import { herd } from './herd';
import { hit } from './hit';
import { memory } from './memory';
import { miss } from './miss';
import { peer } from './peer';
import { sizes } from './sizes';
import { viewer } from './viewer';
import { warming } from './warm';

const BENCHES: Record<string, Bench> = {
  viewer,
  cold,
  miss,
  peer,
  bytes,
  sizes,
  hit,
  memory,
  herd,
  cost,
  warm: warming,
};

interface Options {
  photos?: string;
  pictures?: number;
  runs: number;
  save: boolean;
}

/** Fewer say nothing of the spread. */
const MIN_RUNS = 5;

const program = commandLine('bench')
  .description('Measures what is claimed, side by side, and prints the tables.')
  .argument('[names...]', `any of ${Object.keys(BENCHES).join(', ')}; all without one`)
  .option('--photos <folder>', 'JPEG files to measure with, in place of the generated samples')
  .option('--pictures <number>', 'of bytes: how many photographs and graphics at most, for a try', whole)
  .option(
    '--runs <number>',
    `how often each side is measured, in turn: ${MIN_RUNS} or more`,
    wholeFrom(MIN_RUNS),
    MIN_RUNS,
  )
  .option('--save', 'keep the tables in bench/RESULTS.md', false);

async function main(): Promise<void> {
  const names = program.parse().args;
  const { photos, pictures, runs, save } = program.opts<Options>();
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown) throw new UsageError(`There is no bench ${unknown}; there are ${Object.keys(BENCHES).join(', ')}.`);
  const photographs = await readPhotographs(photos);
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const { about, source, run } = BENCHES[name]!;
    const context: Context = {
      photographs,
      runs,
      ...(pictures !== undefined && { pictures }),
      log: (line) => console.error(line),
    };
    console.log(`\n## ${name}\n\n${about}\n`);
    const tables = await run(context);
    console.log(print(tables));
    if (!save) continue;
    await keep(name, source?.(context) ?? photographs.source, tables);
    console.error('\nKept in bench/RESULTS.md.');
  }
}

runCommand(main);
