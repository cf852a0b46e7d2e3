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
    .description('Deletes stale variants of originals and invalidates their copies in the CDN.')
    .argument('[keys...]', 'keys of originals, without the prefix of stack.originals')
    .option('--prefix <prefix>', 'all originals whose keys begin with it')
    .option('--all', 'all originals')
    .option('--old-generations', 'delete all variants of earlier settings')
    .option('--force', 'also delete fresh variants, which are then rendered again on request')
    .option('--dry-run', 'print what would be done, and change nothing')
    .option(...STACK_OPTION);

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** @throws UsageError for an impossible key of an original */
function checkKey(key: string): void {
  if (!/^[^/\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$/.test(key) || Buffer.byteLength(key) > S3_KEY_BYTES) {
    throw new UsageError(
      `${JSON.stringify(key)} is not a key. A key has 1 to ${S3_KEY_BYTES} bytes, no control characters and no leading slash.`,
    );
  }
}

/** @throws UsageError unless exactly one option chooses the originals */
function checkOptions(keys: string[], { prefix, all, oldGenerations, force }: Options): void {
  const ways = [keys.length > 0, prefix !== undefined, all, oldGenerations].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('Give either keys, --prefix, --all or --old-generations.');
  if (prefix === '') throw new UsageError('An empty --prefix would mean all originals. Use --all for that.');
  if (oldGenerations && force)
    throw new UsageError('--old-generations can only be combined with --dry-run and --stack.');
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
      ? `there are more than ${KEYS_BEFORE_ALL} originals`
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
      terminal.print(`Waiting ${REPEAT_SECONDS} s for renders in progress, then checking again …`);
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
  for (const key of unknown) terminal.warn(`${key}: there is neither an original nor a variant.`);
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
  if (keys.length === 0) return terminal.print('There are neither originals nor variants.');
  return purgeOriginals(target, keys, options, terminal);
};

if (require.main === module) runCommand(purge);
