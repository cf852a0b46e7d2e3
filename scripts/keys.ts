/**
 * `npm run keys`: makes and rotates the keys of signed URLs. It writes them into the store and into files, and never
 * prints them.
 */
import { type Command, Option } from 'commander';
import { rmSync, writeFileSync } from 'node:fs';
import { type Main, type Terminal, commandLine, runCommand } from './command-line';
import { KeyStore } from './keys/key-store';
import { type SigningKey, newSigningKey } from './keys/signing-key';
import { STACK_OPTION, readStack } from './read-stack';
import { UsageError } from './usage';
import { whyOf } from './why';

interface Options {
  stack: string;
  out?: string;
}

/** What to do with the current keys. */
type Action = (keys: SigningKey[], store: KeyStore, options: Options, terminal: Terminal) => Promise<void>;

/** AWS says that a change of the store takes seconds. */
const PROPAGATION = 'It reaches every edge within a minute.';

/** Writes a new key into a file that only its owner can read, then uses it. If that fails, the file is removed. */
async function withNewKey({ out }: Options, terminal: Terminal, use: (key: SigningKey) => Promise<void>) {
  const key = newSigningKey();
  const file = out ?? `signing-key-${key.id}.txt`;
  try {
    writeFileSync(file, `${key.secret}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UsageError(`The key cannot be written to ${file}: ${whyOf(error)}. Nothing has been changed.`);
  }
  try {
    await use(key);
  } catch (error) {
    rmSync(file);
    throw error;
  }
  terminal.print(`The key ${key.id} is in ${file}. Give it to the server that signs URLs, then delete the file.`);
}

const ACTIONS: Readonly<Record<string, Action>> = {
  create: async (keys, store, options, terminal) => {
    if (keys.length > 0)
      throw new UsageError(`The key ${keys[0]!.id} exists already. Use rotate to make the next one.`);
    await withNewKey(options, terminal, (key) => store.write([key]));
    terminal.print(PROPAGATION);
  },
  rotate: async (keys, store, options, terminal) => {
    const [current, next] = keys;
    if (!current) throw new UsageError('There is no key yet. Use create to make one.');
    if (next) {
      if (options.out !== undefined)
        throw new UsageError(
          '--out is for a new key, but this step makes no key: the next one becomes the current one.',
        );
      await store.write([next]);
      terminal.print(`${next.id} is now the current key. URLs signed with ${current.id} are refused within a minute.`);
      return;
    }
    await withNewKey(options, terminal, (key) => store.write([current, key]));
    terminal.print(
      `${PROPAGATION} Then sign with it. Once no URL signed with ${current.id} is in use any more, rotate again.`,
    );
  },
  show: async (keys, _store, _options, terminal) => {
    if (keys.length === 0) terminal.print('There is no key yet. Use create to make one.');
    keys.forEach(({ id }, index) => terminal.print(`${index === 0 ? 'current' : 'next   '}  ${id}`));
  },
};

const commandOf = (terminal: Terminal): Command =>
  commandLine('keys', terminal)
    .description('Makes and rotates the keys of signed URLs: docs/signed.md.')
    .argument('<action>', Object.keys(ACTIONS).join(', '))
    .addOption(new Option('--out <file>', 'file for a new key').default(undefined, 'signing-key-ID.txt'))
    .option(...STACK_OPTION);

export const keys: Main = async (args, terminal) => {
  const command = commandOf(terminal).parse(args, { from: 'user' });
  const [name = ''] = command.args;
  const options = command.opts<Options>();
  if (!Object.hasOwn(ACTIONS, name)) {
    throw new UsageError(`Unknown action: ${name}. Actions: ${Object.keys(ACTIONS).join(', ')}.`);
  }
  const { signingKeys } = await readStack(options.stack);
  if (signingKeys === undefined) {
    throw new UsageError(`The stack ${options.stack} accepts no signatures. Set signed in its config, and deploy.`);
  }
  const store = new KeyStore(signingKeys);
  try {
    const known = await store.read().catch((error: unknown) => {
      throw new UsageError(`The keys cannot be read: ${whyOf(error)}.`);
    });
    await ACTIONS[name]!(known, store, options, terminal);
  } finally {
    store.close();
  }
};

if (require.main === module) runCommand(keys);
