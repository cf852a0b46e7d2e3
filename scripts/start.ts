/** `npm start`: the distribution on this machine, from the template that would be deployed. */
import { type Command, InvalidArgumentError } from 'commander';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '../edge/config/read';
import { grammarOf } from '../edge/config/schema';
import type { Grammar } from '../edge/variant';
import { FAULT_ACTIONS } from '../local/src/fault-actions';
import { Faults, parseFault } from '../local/src/faults';
import { checkUnlocked } from '../local/src/folder-lock';
import { wildcard } from '../local/src/iam/wildcard';
import { startLocalDistribution } from '../local/src/local-distribution';
import { synthesise } from '../stack/synthesise';
import { EXIT, type Main, type Terminal, commandLine, runCommand } from './command-line';
import { whole } from './numbers';
import { printableLines } from './printable';
import { examples } from './start/examples';
import { readable } from './start/log-line';
import { remove, upload, uploadFolder } from './start/upload';
import { watchFolder } from './start/watch';
import { UsageError } from './usage';

const PROJECT = join(__dirname, '..');
const SAMPLES = join(PROJECT, 'local', 'samples');

interface Options {
  originals?: string;
  port: number;
  data?: string;
  config?: string;
  s3Endpoint?: string;
  fault: string[];
  distribution?: string;
  origin: Record<string, string>;
  regions: number;
}

/** Does not return once it serves: Ctrl-C ends the process. */
export const start: Main = async (args, terminal) => {
  const options = commandOf(terminal).parse(args, { from: 'user' }).opts<Options>();
  // All that can be wrong is better known before the work of a start than after it.
  await checkPort(options.port);
  const originals = options.originals && folderOf(options.originals);
  if (options.data && existsSync(options.data)) checkUnlocked(folderOf(options.data));
  const configFile = options.config && resolve(options.config);
  const config = await readConfig(configFile);
  const place = prepareScratch(options.data && resolve(options.data));

  terminal.print('Synthesising the template …');
  try {
    await synthesise(place.cdkOut, configFile);
  } catch (error) {
    // What the CDK says has several lines.
    terminal.streams.stderr.write(`${printableLines((error as Error).message)}\n`);
    return EXIT.failed;
  }
  return serve(options, originals, grammarOf(config), place, terminal);
};

const commandOf = (terminal: Terminal): Command =>
  commandLine('start', terminal)
    .name('npm start --')
    .description('Serves the distribution of the template on this machine, with a local S3.')
    .option('--originals <folder>', 'upload every file in it, and follow its changes; samples without it')
    .option('--port <number>', 'port on 127.0.0.1', portOf, 8080)
    .option('--data <folder>', 'keep the buckets there between runs')
    .option('--config <file>', 'in place of resizer.config.ts')
    .option('--s3-endpoint <url>', 'another S3, with the usual AWS credentials, in place of the local one')
    .option('--fault <fault>', 'something that goes wrong, such as s3:GetObject=503,rate=0.3; repeatable', faultOf, [])
    .option('--distribution <id>', 'the one to run, where not all that serve images are meant')
    .option(
      '--origin <origin>',
      'a server for an origin that is not run, such as ID=http://127.0.0.1:3000',
      originOf,
      {},
    )
    .option('--regions <number>', 'edges in so many regions, each with a port; without Origin Shield', whole, 1);

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function faultOf(text: string, before: string[]): string[] {
  try {
    const actions = wildcard(parseFault(text).action, { ignoreCase: true });
    if (FAULT_ACTIONS.some((action) => actions.test(action))) return [...before, text];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  throw new InvalidArgumentError(`fault '${text}': there is no such action; there are ${FAULT_ACTIONS.join(', ')}`);
}

function originOf(text: string, before: Record<string, string>): Record<string, string> {
  const [, id, url] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (id === undefined || url === undefined) {
    throw new InvalidArgumentError('Name an origin and its URL, as in site=http://127.0.0.1:3000.');
  }
  return { ...before, [id]: url };
}

/** @throws UsageError if somebody listens there already */
async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', () => fail(new UsageError(`Port ${port} is in use; choose another with --port.`)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done()));
  });
}

/** The folder itself, where a link leads to it. @throws UsageError if it is none */
function folderOf(path: string): string {
  if (!existsSync(path)) throw new UsageError(`There is no folder ${path}.`);
  if (!statSync(path).isDirectory()) throw new UsageError(`${path} is no folder.`);
  return realpathSync(path);
}

interface Place {
  /** Removed with the end of the process. */
  scratch: string;
  cdkOut: string;
  /** The folder of the buckets. */
  data: string;
}

function prepareScratch(data: string | undefined): Place {
  const scratch = mkdtempSync(join(tmpdir(), 'image-resizer-'));
  // What a child process has not yet stopped writing is in the way for a moment.
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  onSignal(() => process.exit(EXIT.interrupted));
  const place = { scratch, cdkOut: join(scratch, 'cdk.out'), data: data ?? join(scratch, 'buckets') };
  mkdirSync(place.data, { recursive: true });
  return place;
}

/** Sets what Ctrl-C does from now on. */
function onSignal(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal).on(signal, stop);
}

async function serve(
  options: Options,
  originals: string | undefined,
  grammar: Grammar,
  { scratch, cdkOut, data }: Place,
  terminal: Terminal,
): Promise<never> {
  const local = await startLocalDistribution({
    cdkOut,
    data,
    port: options.port,
    faults: new Faults(options.fault),
    log: (line) => terminal.print(readable(line)),
    origins: options.origin,
    regions: options.regions,
    ...(options.distribution && { distribution: options.distribution }),
    ...(options.s3Endpoint && { s3Endpoint: options.s3Endpoint }),
  });
  const closers = [() => local.close()];
  const close = async () => {
    for (const each of closers) await each();
    process.exit(EXIT.done);
  };
  onSignal(() => {
    // A terminal's Ctrl-C reaches this process once more through npm: what comes twice is not more urgent.
    onSignal(() => undefined);
    void close();
  });

  if (local.events.keptMessages > 0) {
    terminal.print('Catching up with what happened at the end of the last run …');
    await local.events.settled();
  }
  const folder = originals ?? samples();
  terminal.print(`Uploading ${folder} …`);
  const { outputs } = local.deployment;
  const place = { client: local.client, bucket: local.buckets.originals, prefix: outputs['OriginalsPrefix'] ?? '' };
  const print = (line: string) => terminal.print(line);
  const keys = await uploadFolder(place, folder, print);
  closers.unshift(
    await watchFolder(folder, {
      onSaved: (key, file) => upload(place, key, file),
      onRemoved: (key) => remove(place, key),
      log: print,
    }),
  );
  const environment = join(scratch, 'environment');
  writeFileSync(environment, shellOf(local.environment));
  for (const line of [
    '',
    `${keys.length} originals, ${outputs['VariantsPerOriginal']} variants of each allowed, generation ${outputs['Generation']}`,
    '',
    ...examples(local.url, grammar, keys),
    '',
    `Saving over a file in ${folder} replaces the original, deleting it removes it.`,
    `For the AWS CLI and the scripts: . ${environment} (originals are in ${place.bucket})`,
    '',
    ...(local.distributions.length > 1 || options.regions > 1
      ? local.distributions.flatMap(({ id, edges }) => edges.map(({ region, url }) => `${id} in ${region}: ${url}`))
      : []),
    `Ready: ${local.url} (Ctrl-C ends it)`,
  ]) {
    terminal.print(line);
  }
  return new Promise<never>(() => undefined);
}

/** The samples of the project, made at the first start. */
function samples(): string {
  const made = spawnSync('npx', ['tsx', join(PROJECT, 'scripts', 'make-samples.ts'), SAMPLES], {
    cwd: PROJECT,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (made.status !== 0) throw new Error(`The samples cannot be made: ${made.stderr.toString().trim()}`);
  return SAMPLES;
}

/** Environment variables as a shell reads them from a file. */
const shellOf = (environment: Record<string, string>): string =>
  [
    // They would go before the keys that follow.
    'unset AWS_PROFILE AWS_SESSION_TOKEN\n',
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`),
  ].join('');

if (require.main === module) runCommand(start);
