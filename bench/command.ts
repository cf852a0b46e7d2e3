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

/** Fewer runs do not show the spread. */
const MIN_RUNS = 5;

const commandOf = (names: string[], terminal: Terminal) =>
  commandLine('bench', terminal)
    .description('Measures the claims of this project side by side, and prints the tables.')
    .argument('[names...]', `any of ${names.join(', ')}; by default all`)
    .option('--photos <folder>', 'JPEG files to measure with, instead of the generated samples')
    .option('--pictures <number>', 'for bytes: at most this many photographs and graphics, for a quick try', parseWhole)
    .option(
      '--runs <number>',
      `measurements of each side, in turn: ${MIN_RUNS} or more`,
      parseWholeFrom(MIN_RUNS),
      MIN_RUNS,
    )
    .option('--save', 'write the tables into bench/RESULTS.md', false);

type Keep = (name: string, source: string, tables: Table[]) => Promise<void>;

/** The command that runs benches by their names. @param keep writes the tables of one into bench/RESULTS.md */
export const benchCommand =
  (benches: Readonly<Record<string, Bench>>, keep: Keep): Main =>
  async (args, terminal) => {
    const command = commandOf(Object.keys(benches), terminal).parse(args, { from: 'user' });
    const names = command.args;
    const { photos, pictures, runs, save } = command.opts<Options>();
    const unknown = names.find((name) => !Object.hasOwn(benches, name));
    if (unknown) throw new UsageError(`Unknown bench: ${unknown}. Benches: ${Object.keys(benches).join(', ')}.`);
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
