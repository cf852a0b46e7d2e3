import { type Command, InvalidArgumentError } from 'commander';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { readPublicKey } from '../../edge/config/private';
import { type Terminal, commandLine } from '../command-line';
import { parseWhole } from '../numbers';
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

/** @param isRepository whether this is a clone, which has its own config and app */
export function commandOf(terminal: Terminal, local: Local, isRepository: boolean): Command {
  const command = commandLine('start', terminal)
    .description('Runs the distribution of the template on this machine, with a local S3.')
    .option(
      '--app <command>',
      'command that synthesises the app, or the folder that it was synthesised into; by default the app of cdk.json',
    )
    .option(
      '--originals <folder>',
      'folder to upload and follow; by default samples; NAME=folder for one of several resizers',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option('--port <number>', 'port on 127.0.0.1', portOf, 8080)
    .option('--data <folder>', 'keep the buckets in this folder between runs')
    .option('--s3-endpoint <url>', 'use another S3 instead of the local one, with the usual AWS credentials')
    .option(
      '--fault <fault>',
      'make something fail, such as s3:GetObject=503,rate=0.3; repeatable',
      (text: string, before: string[]) => [...before, faultOf(local, text)],
      [],
    )
    .option('--distribution <id>', 'run only this distribution; by default all that serve images')
    .option(
      '--origin <origin>',
      'server for an origin that does not run here, such as ID=http://127.0.0.1:3000',
      originOf,
      {},
    )
    .option(
      '--public-key <key>',
      'public key of an existing key group, such as K2JCJMDEHXQW5F=members.pem; repeatable',
      publicKeyOf,
      {},
    )
    .option(
      '--regions <number>',
      'number of regions with edges, each on its own port; for distributions without Origin Shield',
      parseWhole,
      1,
    )
    .option('--no-playground', 'do not serve the playground')
    .option(
      '--as-deployed',
      'let browsers and caches keep what they would keep on AWS; a reload may then show old pictures',
    )
    .option('--json', 'print raw lines: a JSON object for each answer, and the log lines of functions as they are')
    .option('--quiet', 'print only what goes wrong');
  // Other apps may not read the config from this file.
  if (isRepository) command.name('npm start --').option('--config <file>', 'instead of resizer.config.ts');
  return command;
}

export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
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
    throw new InvalidArgumentError('Expected an origin and its URL, such as site=http://127.0.0.1:3000.');
  }
  return { ...before, [id]: url };
}

function publicKeyOf(text: string, before: Record<string, string>): Record<string, string> {
  const [, id, file] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (id === undefined || file === undefined) {
    throw new InvalidArgumentError('Expected the id of a public key and its file, such as K2JCJMDEHXQW5F=members.pem.');
  }
  try {
    return { ...before, [id]: readPublicKey(file) };
  } catch (error) {
    throw new InvalidArgumentError(`${file} cannot be used: ${whyOf(error)}.`);
  }
}

/** @throws UsageError if the port is in use */
export async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', () => fail(new UsageError(`Port ${port} is in use; choose another with --port.`)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done()));
  });
}

/** The real path of a folder. @throws UsageError unless it is one */
export function folderOf(path: string): string {
  if (!existsSync(path)) throw new UsageError(`There is no folder ${path}.`);
  if (!statSync(path).isDirectory()) throw new UsageError(`${path} is not a folder.`);
  return realpathSync(path);
}

/** A folder, or `NAME=folder`. @throws UsageError if there is no such folder */
export function originalsOf(text: string): Originals {
  const [, name, folder] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || folder === undefined || existsSync(text)) return { folder: folderOf(text) };
  return { name, folder: folderOf(folder) };
}
