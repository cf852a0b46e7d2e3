/** `npm start`: the distribution on this machine, from the template that would be deployed. */
import { Command, InvalidArgumentError } from 'commander';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { grammarOf } from '../edge/config/schema';
import { type Grammar, encodeKey } from '../edge/variant';
import { readConfig } from '../edge/config/read';
import { readUrl } from '../edge/read-url';
import { FAULT_ACTIONS } from '../local/src/fault-actions';
import { Faults, parseFault } from '../local/src/faults';
import { checkUnlocked } from '../local/src/folder-lock';
import { wildcard } from '../local/src/iam/wildcard';
import { startLocalDistribution } from '../local/src/local-distribution';
import { synthesise } from '../stack/synthesise';
import { printable, printableLines } from './printable';
import { readable } from './start/log-line';
import { remove, upload, uploadFolder } from './start/upload';
import { watchFolder } from './start/watch';

/** Prints a line that may have something from outside in it. */
const say = (line: string): void => console.log(printable(line));

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

const program = new Command('npm start --')
  .description('Serves the distribution of the template on this machine, with a local S3.')
  .option('--originals <folder>', 'upload every file in it, and follow its changes; samples without it')
  .option('--port <number>', 'port on 127.0.0.1', portOf, 8080)
  .option('--data <folder>', 'keep the buckets there between runs')
  .option('--config <file>', 'in place of resizer.config.ts')
  .option('--s3-endpoint <url>', 'another S3, with the usual AWS credentials, in place of the local one')
  .option('--fault <fault>', 'something that goes wrong, such as s3:GetObject=503,rate=0.3; repeatable', faultOf, [])
  .option('--distribution <id>', 'the one to run, where not all that serve images are meant')
  .option('--origin <origin>', 'a server for an origin that is not run, such as ID=http://127.0.0.1:3000', originOf, {})
  .option('--regions <number>', 'edges in so many regions, each with a port; without Origin Shield', Number, 1)
  .configureOutput({ outputError: (text, write) => write(printableLines(text.replace(/^error: /, ''))) })
  .allowExcessArguments(false);

/** @throws Error if somebody listens there already: better known before the work of a start than after it */
async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', () => fail(new Error(`Port ${port} is in use; choose another with --port.`)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done()));
  });
}

/** The folder itself, where a link leads to it. @throws Error if it is none */
function folderOf(path: string): string {
  if (!existsSync(path)) throw new Error(`There is no folder ${path}.`);
  if (!statSync(path).isDirectory()) throw new Error(`${path} is no folder.`);
  return realpathSync(path);
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

/** One of each form that the usual config has. */
const MOST_EXAMPLES = 7;

/** Whether a path leads to an original under a config, and not to what else it may be read as. */
function leadsTo(grammar: Grammar, path: string, key: string): boolean {
  const [uri = '', search = ''] = path.split('?');
  return readUrl(grammar, uri, search)?.key === key;
}

/** A few URLs of what was uploaded, of the forms and sizes that the config has. */
function examples(url: string, grammar: Grammar, keys: string[]): string[] {
  const photos = keys.filter((key) => /^[\w./-]+\.(jpe?g|png|webp|avif)$/i.test(key));
  const first = photos.find((key) => key.startsWith('harbour')) ?? photos[0] ?? keys[0];
  if (first === undefined) return ['  Put an image into the folder, and ask for it: /300x300/NAME'];
  const inFolder = photos.find((key) => key.includes('/'));
  const animated = keys.find((key) => key.endsWith('.gif'));
  const forms: [path: string, key: string | undefined][] = [
    [`/300x300/${encodeKey(first)}`, first],
    [`/${encodeKey(first)}?w=640`, first],
    [`/thumb/${encodeKey(first)}`, first],
    [`/320w@2x/${encodeKey(first)}`, first],
    [`/${inFolder?.replace(/([^/]+)$/, '360x270/$1')}`, inFolder],
    [`/640w/${encodeKey(animated ?? '')}`, animated],
    [`/${encodeKey(first)}`, first],
    [`/${encodeKey(first)}?size=${grammar.sizes[0]}`, first],
    [`/${grammar.sizes[0]}/${encodeKey(first)}`, first],
  ];
  const paths = forms.filter(([path, key]) => key !== undefined && leadsTo(grammar, path, key)).map(([path]) => path);
  return [...new Set(paths)].slice(0, MOST_EXAMPLES).map((path) => `  ${url}${path}`);
}

async function main(): Promise<void> {
  const options = program.parse().opts<Options>();
  await checkPort(options.port);
  const originals = options.originals && folderOf(options.originals);
  if (options.data && existsSync(options.data)) checkUnlocked(folderOf(options.data));
  const config = options.config && resolve(options.config);
  const grammar = grammarOf(await readConfig(config));
  const scratch = mkdtempSync(join(tmpdir(), 'image-resizer-'));
  // What a child process has not yet stopped writing is in the way for a moment.
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  let stop: () => void = () => process.exit(130);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop());
  const data = options.data ? resolve(options.data) : join(scratch, 'buckets');
  mkdirSync(data, { recursive: true });

  console.log('Synthesising the template …');
  const cdkOut = join(scratch, 'cdk.out');
  await synthesise(cdkOut, config);
  const local = await startLocalDistribution({
    cdkOut,
    data,
    port: options.port,
    faults: new Faults(options.fault),
    log: (line) => say(readable(line)),
    origins: options.origin,
    regions: options.regions,
    ...(options.distribution && { distribution: options.distribution }),
    ...(options.s3Endpoint && { s3Endpoint: options.s3Endpoint }),
  });
  const closers = [() => local.close()];
  const close = async () => {
    for (const each of closers) await each();
    process.exit(0);
  };
  stop = () => {
    // A terminal's Ctrl-C reaches this process once more through npm: what comes twice is not more urgent.
    stop = () => undefined;
    void close();
  };

  if (local.events.keptMessages > 0) {
    console.log('Catching up with what happened at the end of the last run …');
    await local.events.settled();
  }
  const folder = originals ?? samples();
  say(`Uploading ${folder} …`);
  const { outputs } = local.deployment;
  const place = { client: local.client, bucket: local.buckets.originals, prefix: outputs['OriginalsPrefix'] ?? '' };
  const keys = await uploadFolder(place, folder, say);
  closers.unshift(
    await watchFolder(folder, {
      onSaved: (key, file) => upload(place, key, file),
      onRemoved: (key) => remove(place, key),
      log: say,
    }),
  );
  const environment = join(scratch, 'environment');
  writeFileSync(
    environment,
    [
      // They would go before the keys that follow.
      'unset AWS_PROFILE AWS_SESSION_TOKEN\n',
      ...Object.entries(local.environment).map(([name, value]) => `export ${name}='${value}'\n`),
    ].join(''),
  );
  console.log(
    [
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
    ]
      .map(printable)
      .join('\n'),
  );
}

main().catch((error: unknown) => {
  // Those of a config or a template have several lines.
  console.error(printableLines(error instanceof Error ? error.message : String(error)));
  process.exit(1);
});
