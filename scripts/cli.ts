/** `npx cloudfront-image-resizer COMMAND`: the scripts of the repository, each loaded where it is asked for. */
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
    description: 'Tries every promise of a deployed distribution.',
    load: async () => (await import('./smoke')).smoke,
  },
  keys: {
    description: 'Makes and rotates the keys of signed URLs.',
    load: async () => (await import('./keys')).keys,
  },
  playground: {
    description: 'Shows what a deployed distribution makes of its originals, as a page.',
    load: async () => (await import('./playground')).playground,
  },
  logs: {
    description: 'Shows the log of renders, wherever CloudFront ran them.',
    load: async () => (await import('./logs')).logs,
  },
};

const HELP = [
  'Usage: npx cloudfront-image-resizer COMMAND [options]',
  '',
  ...Object.entries(COMMANDS).map(([name, { description }]) => `  ${name.padEnd(10)}  ${description}`),
  '',
  'The options of each: npx cloudfront-image-resizer COMMAND --help',
].join('\n');

const cli: Main = async ([name, ...args], terminal) => {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return terminal.printLines(HELP);
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new UsageError(`There is no command ${name}; there are ${Object.keys(COMMANDS).join(', ')}.`);
  }
  const main = await COMMANDS[name]!.load();
  return main(
    args,
    terminal.invokedBy((command) => `npx cloudfront-image-resizer ${command}`),
  );
};

runCommand(cli);
