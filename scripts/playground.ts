/** `npm run playground`: serves a page that shows the originals of a deployed distribution and their variants. */
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { foldersOf } from '../edge/config/private';
import { grammarOf } from '../edge/config/schema';
import { type Main, type Terminal, commandLine, runCommand } from './command-line';
import { readDeployedConfig } from './deployed-config';
import { BucketOriginals } from './playground/originals';
import { type ResizerInfo, withBucket, withKeys } from './playground/resizer';
import { startPlayground } from './playground/server';
import { type SigningOptions, cookieHeaders, withSigning } from './signed-cookies';
import { checkPort, portOf } from './start/options';
import { CONFIG_OPTION, TIMEOUT_MS, URL_ARGUMENT, checkDistribution, urlOf } from './distribution';
import { UsageError } from './usage';
import { parseS3Place } from './warm/s3-place';
import { whyOf } from './why';

interface Options extends SigningOptions {
  keys?: string;
  bucket?: string;
  config?: string;
  port: number;
}

const commandOf = (terminal: Terminal): Command =>
  withSigning(commandLine('playground', terminal))
    .description(
      'Serves a page on this machine that shows the originals of a deployed distribution and their variants.',
    )
    .argument(...URL_ARGUMENT)
    .option('--keys <file>', 'file with one key of an original in each line; the page can then change nothing')
    .option('--bucket <place>', 's3://bucket/prefix of the originals; the page can then upload and delete')
    .option(...CONFIG_OPTION)
    .option('--port <number>', 'port on 127.0.0.1', portOf, 8081);

/** Does not return once it serves: Ctrl-C ends the process. */
export const playground: Main = async (args, terminal) => {
  const command = commandOf(terminal).parse(args, { from: 'user' });
  const options = command.opts<Options>();
  if ((options.keys === undefined) === (options.bucket === undefined)) {
    throw new UsageError('Give the originals with --keys FILE or with --bucket s3://BUCKET.');
  }
  const url = urlOf(command.args[0]!);
  const config = await readDeployedConfig(options.config);
  const members = config.private && (foldersOf(config) ?? ['']);
  const info: ResizerInfo = {
    name: 'Resizer',
    url,
    grammar: grammarOf(config),
    isLocal: false,
    ...(members && { members }),
  };
  const headers = cookieHeaders(url, options);
  const resizer =
    options.keys === undefined
      ? withBucket(info, bucketOf(options.bucket!), headers)
      : withKeys(info, keysOf(options.keys), headers);
  await checkPort(options.port);
  await checkDistribution(url, config.base, TIMEOUT_MS, headers);
  await resizer.list().catch((error: unknown) => {
    throw new UsageError(`${options.bucket} cannot be read: ${whyOf(error)}.`);
  });
  const served = await startPlayground([resizer], options.port);
  terminal.print(`Playground: ${served.url} (Ctrl-C ends it)`);
  await new Promise<void>((done) => terminal.streams.interruption().addEventListener('abort', () => done()));
  await served.close();
};

const bucketOf = (text: string): BucketOriginals =>
  new BucketOriginals({ client: new S3Client({ followRegionRedirects: true }), ...parseS3Place(text) });

function keysOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${whyOf(error)}.`, { cause: error });
  }
  return [...new Set(text.split(/\r?\n/).filter((line) => line.trim() !== ''))];
}

if (require.main === module) runCommand(playground);
