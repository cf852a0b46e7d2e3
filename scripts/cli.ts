/** `npx cloudfront-image-resizer COMMAND`: runs the scripts of the repository, and loads only the one that is needed. */
import { type Main, runCommand } from './command-line';
import { UsageError } from './usage';

const COMMANDS: Readonly<Record<string, { description: string; load: () => Promise<Main> }>> = {
  init: {
    description: 'Writes a config and a CDK app into a folder.',
    load: async () => (await import('./init')).init,
  },
  start: {
    description: 'Runs the distribution of the app on this machine.',
    load: async () => (await import('./start')).start,
  },
  synth: {
    description: 'Synthesises the app of cdk.json.',
    load: async () => (await import('./synth')).synth,
  },
  warm: {
    description: 'Requests popular sizes ahead of time.',
    load: async () => (await import('./warm')).warm,
  },
  purge: {
    description: 'Deletes and invalidates variants of originals.',
    load: async () => (await import('./purge')).purge,
  },
  focus: {
    description: 'Shows, sets or removes the focal point of an original.',
    load: async () => (await import('./focus')).focus,
  },
  smoke: {
    description: 'Checks every promise of a deployed distribution.',
    load: async () => (await import('./smoke')).smoke,
  },
  keys: {
    description: 'Makes and rotates the keys of signed URLs.',
    load: async () => (await import('./keys')).keys,
  },
  playground: {
    description: 'Serves a page that shows the originals of a deployed distribution and their variants.',
    load: async () => (await import('./playground')).playground,
  },
  logs: {
    description: 'Shows the logs of all regions where CloudFront ran the functions.',
    load: async () => (await import('./logs')).logs,
  },
};

const HELP = [
  'Usage: npx cloudfront-image-resizer COMMAND [options]',
  '',
  ...Object.entries(COMMANDS).map(([name, { description }]) => `  ${name.padEnd(10)}  ${description}`),
  '',
  'Options of a command: npx cloudfront-image-resizer COMMAND --help',
].join('\n');

const cli: Main = async ([name, ...args], terminal) => {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return terminal.printLines(HELP);
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new UsageError(`Unknown command: ${name}. Commands: ${Object.keys(COMMANDS).join(', ')}.`);
  }
  const main = await COMMANDS[name]!.load();
  return main(
    args,
    terminal.invokedBy((command) => `npx cloudfront-image-resizer ${command}`),
  );
};

runCommand(cli);
