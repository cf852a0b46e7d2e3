import { type Main, type Terminal, commandLine } from '../scripts/command-line';
import { parseWhole, parseWholeFrom } from '../scripts/numbers';
import { UsageError } from '../scripts/usage';
import type { Bench, Context, Table } from './bench';
import { readPhotographs } from './photographs';
import { print } from './print';

interface Options {
  photos?: string;
  pictures?: number;
  runs: number;
  save: boolean;
}

/** Fewer say nothing of the spread. */
const MIN_RUNS = 5;

const commandOf = (names: string[], terminal: Terminal) =>
  commandLine('bench', terminal)
    .description('Measures what is claimed, side by side, and prints the tables.')
    .argument('[names...]', `any of ${names.join(', ')}; all without one`)
    .option('--photos <folder>', 'JPEG files to measure with, in place of the generated samples')
    .option('--pictures <number>', 'of bytes: how many photographs and graphics at most, for a try', parseWhole)
    .option(
      '--runs <number>',
      `how often each side is measured, in turn: ${MIN_RUNS} or more`,
      parseWholeFrom(MIN_RUNS),
      MIN_RUNS,
    )
    .option('--save', 'keep the tables in bench/RESULTS.md', false);

type Keep = (name: string, source: string, tables: Table[]) => Promise<void>;

/** The command that runs benches by their names. @param keep writes the tables of one into bench/RESULTS.md */
export const benchCommand =
  (benches: Readonly<Record<string, Bench>>, keep: Keep): Main =>
  async (args, terminal) => {
    const command = commandOf(Object.keys(benches), terminal).parse(args, { from: 'user' });
    const names = command.args;
    const { photos, pictures, runs, save } = command.opts<Options>();
    const unknown = names.find((name) => !Object.hasOwn(benches, name));
    if (unknown) throw new UsageError(`There is no bench ${unknown}; there are ${Object.keys(benches).join(', ')}.`);
    const photographs = await readPhotographs(photos);
    for (const name of names.length > 0 ? names : Object.keys(benches)) {
      const { about, source, run } = benches[name]!;
      const context: Context = {
        photographs,
        runs,
        ...(pictures !== undefined && { pictures }),
        log: (line) => terminal.warn(line),
      };
      terminal.printLines(`\n## ${name}\n\n${about}\n`);
      const tables = await run(context);
      terminal.printLines(print(tables));
      if (!save) continue;
      await keep(name, source?.(context) ?? photographs.source, tables);
      terminal.warn('Kept in bench/RESULTS.md.');
    }
  };
