import { type Command, InvalidArgumentError } from 'commander';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { readPublicKey } from '../../edge/config/private';
import { type Terminal, commandLine } from '../command-line';
import { whole } from '../numbers';
import { UsageError } from '../usage';
import { whyOf } from '../why';
import type { ConsoleOptions } from './console';
import type { Local } from './local';
import type { Originals } from './resizers';

export interface Options extends ConsoleOptions {
  app?: string;
  originals: string[];
  port: number;
  data?: string;
  config?: string;
  s3Endpoint?: string;
  fault: string[];
  distribution?: string;
  origin: Record<string, string>;
  publicKey: Record<string, string>;
  regions: number;
  playground: boolean;
  asDeployed?: true;
}

/** @param isRepository whether this is a clone, with a config and an app of its own */
export function commandOf(terminal: Terminal, local: Local, isRepository: boolean): Command {
  const command = commandLine('start', terminal)
    .description('Serves the distribution of the template on this machine, with a local S3.')
    .option('--app <command>', 'synthesises the app, or is the folder that has been synthesised; that of cdk.json')
    .option(
      '--originals <folder>',
      'upload every file in it, and follow its changes; samples without it; NAME=folder for one of several resizers',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option('--port <number>', 'port on 127.0.0.1', portOf, 8080)
    .option('--data <folder>', 'keep the buckets there between runs')
    .option('--s3-endpoint <url>', 'another S3, with the usual AWS credentials, in place of the local one')
    .option(
      '--fault <fault>',
      'something that goes wrong, such as s3:GetObject=503,rate=0.3; repeatable',
      (text: string, before: string[]) => [...before, faultOf(local, text)],
      [],
    )
    .option('--distribution <id>', 'the one to run, where not all that serve images are meant')
    .option(
      '--origin <origin>',
      'a server for an origin that is not run, such as ID=http://127.0.0.1:3000',
      originOf,
      {},
    )
    .option(
      '--public-key <key>',
      'one of an existing key group, such as K2JCJMDEHXQW5F=members.pem; repeatable',
      publicKeyOf,
      {},
    )
    .option('--regions <number>', 'edges in so many regions, each with a port; without Origin Shield', whole, 1)
    .option('--no-playground', 'without the page that shows the images')
    .option(
      '--as-deployed',
      'browsers and caches keep what they would keep on AWS, so that a reload may show old pictures',
    )
    .option('--json', 'raw lines: a JSON object for each answer, and what functions log as they write it')
    .option('--quiet', 'only what goes wrong');
  // Only the app of the repository is sure to read another config.
  if (isRepository) command.name('npm start --').option('--config <file>', 'in place of resizer.config.ts');
  return command;
}

export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function faultOf({ FAULT_ACTIONS, parseFault, wildcard }: Local, text: string): string {
  try {
    const actions = wildcard(parseFault(text).action, { ignoreCase: true });
    if (FAULT_ACTIONS.some((action) => actions.test(action))) return text;
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

function publicKeyOf(text: string, before: Record<string, string>): Record<string, string> {
  const [, id, file] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (id === undefined || file === undefined) {
    throw new InvalidArgumentError('Name the id of a public key and its file, as in K2JCJMDEHXQW5F=members.pem.');
  }
  try {
    return { ...before, [id]: readPublicKey(file) };
  } catch (error) {
    throw new InvalidArgumentError(`${file} cannot be used: ${whyOf(error)}.`);
  }
}

/** @throws UsageError if somebody listens there already */
export async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', () => fail(new UsageError(`Port ${port} is in use; choose another with --port.`)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done()));
  });
}

/** The folder itself, where a link leads to it. @throws UsageError if it is none */
export function folderOf(path: string): string {
  if (!existsSync(path)) throw new UsageError(`There is no folder ${path}.`);
  if (!statSync(path).isDirectory()) throw new UsageError(`${path} is no folder.`);
  return realpathSync(path);
}

/** A folder, or `NAME=folder`. @throws UsageError if there is no such folder */
export function originalsOf(text: string): Originals {
  const [, name, folder] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || folder === undefined || existsSync(text)) return { folder: folderOf(text) };
  return { name, folder: folderOf(folder) };
}
