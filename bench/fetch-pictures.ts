/**
 * `npm run bench:pictures`: fetches the pictures for fitting and judging formulas from Debian's packages, into a folder that
 * is not committed. Existing pictures are not fetched again.
 */
import { type Main, commandLine, runCommand } from '../scripts/command-line';
import { FOLDER, allOf } from './pictures';
import { fetchPictures } from './pictures/fetch';
import { SOURCES } from './pictures/sources';

const main: Main = async (args, terminal) => {
  const program = commandLine('bench:pictures', terminal)
    .description('Fetches the pictures of `npm run bench -- bytes` from packages of Debian 12: 500 MB to download.')
    .option('--folder <folder>', 'folder of the pictures', FOLDER);
  const { folder } = program.parse(args, { from: 'user' }).opts<{ folder: string }>();
  for (const source of SOURCES) {
    terminal.showProgress(`${source.package} …`);
    const isNew = await fetchPictures(source, folder);
    const { length } = allOf(source, folder);
    terminal.print(`${source.package}: ${length} pictures ${isNew ? 'fetched' : 'are there'} (${source.licence}).`);
  }
  terminal.hideStatus();
};

if (require.main === module) runCommand(main);
