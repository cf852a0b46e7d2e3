import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..');

/** A CDK app, as `cdk.json` has it. */
export interface CdkApp {
  /** The command that synthesises, run in a shell. */
  command?: string;
  /** Where it runs. */
  folder: string;
  context: Record<string, unknown>;
}

const readJson = (file: string): Record<string, unknown> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};

/**
 * Reads `cdk.json` in a folder, with the values that the CDK has looked up. Without an app there, it has no command.
 * @throws SyntaxError unless it is JSON
 */
export function readCdkJson(folder: string): CdkApp {
  const { app, context } = readJson(join(folder, 'cdk.json')) as { app?: string; context?: Record<string, unknown> };
  return {
    ...(app !== undefined && { command: app }),
    folder,
    context: { ...context, ...readJson(join(folder, 'cdk.context.json')) },
  };
}

/**
 * Runs a CDK app as `cdk synth` does, into a folder.
 * @throws Error with what the app wrote, if it fails
 */
export async function runApp({ command = '', folder, context }: CdkApp, out: string): Promise<void> {
  const child = spawn(command, {
    cwd: folder,
    shell: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(errors.trim() || `${command} failed with exit code ${code}.`);
}

/**
 * Synthesises the app of this project.
 * @param config another file than `resizer.config.ts`
 * @throws Error with what the app wrote, if it fails
 */
export async function synthesise(out: string, config?: string): Promise<void> {
  const app = readCdkJson(PROJECT);
  await runApp({ ...app, context: { ...app.context, ...(config && { config }) } }, out);
}
