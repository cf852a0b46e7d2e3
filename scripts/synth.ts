/** `synth`: synthesises the app of `cdk.json`, with the CDK's own command. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Main, commandLine } from './command-line';
import { UsageError } from './usage';

export const synth: Main = async (args, terminal) => {
  commandLine('synth', terminal)
    .description('Synthesises the app of cdk.json in this folder into cdk.out.')
    .parse(args, { from: 'user' });
  if (!existsSync('cdk.json')) {
    throw new UsageError('There is no cdk.json in this folder; `npx cloudfront-image-resizer init` writes one.');
  }
  const { status, error } = spawnSync('npx', ['cdk', 'synth', '--quiet'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw new Error(`npx cannot be run: ${error.message}.`);
  return status ?? 1;
};
