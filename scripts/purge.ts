/** `npm run purge`: reconciles stored variants and the CDN with originals by hand, or deletes old generations. */
import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3_KEY_BYTES } from '../edge/limits';
import { REPEAT_SECONDS } from '../edge/refresh/pass';
import { EXIT, type Main, type Terminal, commandLine, runCommand } from './command-line';
import { originalsBelow } from './purge/keys';
import { purgeOldGenerations } from './purge/old-generations';
import { type Target, targetOf } from './purge/places';
import { KEYS_BEFORE_ALL, type Reconciled, reconcile } from './purge/reconcile';
import { STACK_OPTION } from './read-stack';
import { UsageError } from './usage';

interface Options {
  prefix?: string;
  all?: true;
  oldGenerations?: true;
  force?: true;
  dryRun?: true;
  stack: string;
}

const commandOf = (terminal: Terminal): Command =>
  commandLine('purge', terminal)
    .description('Deletes stale variants of originals and invalidates what the CDN holds of them.')
    .argument('[keys...]', 'keys of originals: as in the bucket, below the prefix if there is one')
    .option('--prefix <prefix>', 'all originals whose keys begin with it')
    .option('--all', 'all originals')
    .option('--old-generations', 'delete everything in the variants bucket that earlier settings made')
    .option('--force', 'delete fresh variants, too; each is rendered again when it is asked for')
    .option('--dry-run', 'say what would be done, and change nothing')
    .option(...STACK_OPTION);

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** @throws UsageError for what cannot be the key of an original */
function checkKey(key: string): void {
  if (!/^[^/\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$/.test(key) || Buffer.byteLength(key) > S3_KEY_BYTES) {
    throw new UsageError(
      `${JSON.stringify(key)} is no key: it has 1 to ${S3_KEY_BYTES} bytes, no control characters, and no slash at its start.`,
    );
  }
}

/** @throws UsageError where it is not said once which originals are meant */
function checkOptions(keys: string[], { prefix, all, oldGenerations, force }: Options): void {
  const ways = [keys.length > 0, prefix !== undefined, all, oldGenerations].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('Give one of keys, --prefix, --all and --old-generations.');
  if (prefix === '') throw new UsageError('An empty --prefix means all originals: say --all.');
  if (oldGenerations && force) throw new UsageError('--old-generations goes with --dry-run and --stack alone.');
  keys.forEach(checkKey);
}

async function keysFor(target: Target, keys: string[], { prefix }: Options, terminal: Terminal): Promise<string[]> {
  if (keys.length > 0) return [...new Set(keys)];
  const found = await originalsBelow(target, prefix ?? '', (number) => terminal.showStatus(`${number} originals`));
  terminal.hideStatus();
  return found;
}

function describeInvalidated({ items, everything }: Pick<Reconciled, 'items' | 'everything'>, base: string): string {
  if (everything === undefined) return count(items, 'item');
  const why =
    everything === 'many'
      ? `these are more than ${KEYS_BEFORE_ALL} originals`
      : 'the plan of the distribution has no cache tags';
  return `everything${base && ` below ${base}`}, since ${why}`;
}

async function purgeOriginals(target: Target, keys: string[], options: Options, terminal: Terminal): Promise<number> {
  const dryRun = options.dryRun ?? false;
  const showProgress = (done: number) => terminal.showStatus(`${done} of ${keys.length}`);
  showProgress(0);
  const { variants, stale, unknown, failures, ...invalidated } = await reconcile(target, keys, {
    force: options.force ?? false,
    dryRun,
    wait: async () => {
      terminal.hideStatus();
      terminal.print(`Waiting ${REPEAT_SECONDS} s for renders that are under way, to look again …`);
      await sleep(REPEAT_SECONDS * 1_000);
      showProgress(0);
    },
    onProgress: showProgress,
  });
  terminal.hideStatus();
  const would = dryRun ? 'Would delete' : 'Deleted';
  terminal.print(
    `${count(keys.length, 'original')}: ${would} ${stale} of ${count(variants, 'variant')}, ${dryRun ? 'would invalidate' : 'invalidated'} ${describeInvalidated(invalidated, target.base)}.`,
  );
  for (const key of unknown) terminal.warn(`${key}: there is no such original, and no variant of one.`);
  for (const [key, error] of failures) terminal.warn(`${key}: ${String(error)}`);
  return failures.size > 0 ? EXIT.failed : EXIT.done;
}

async function purgeGenerations(target: Target, dryRun: boolean, terminal: Terminal): Promise<void> {
  const deleted = await purgeOldGenerations(target, {
    dryRun,
    onProgress: (done) => terminal.showStatus(count(done, 'object')),
  });
  terminal.hideStatus();
  terminal.print(`${dryRun ? 'Would delete' : 'Deleted'} ${count(deleted, 'object')}; ${target.generation} stays.`);
}

export const purge: Main = async (args, terminal) => {
  const command = commandOf(terminal).parse(args, { from: 'user' });
  const options = command.opts<Options>();
  checkOptions(command.args, options);
  const target = await targetOf(options.stack);
  if (options.oldGenerations) return purgeGenerations(target, options.dryRun ?? false, terminal);
  const keys = await keysFor(target, command.args, options, terminal);
  if (keys.length === 0) return terminal.print('There is no such original, and no variant of one.');
  return purgeOriginals(target, keys, options, terminal);
};

if (require.main === module) runCommand(purge);
