import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..');

/**
 * Runs the CDK app as `cdk synth` does, into a folder.
 * @param config another file than `resizer.config.ts`
 * @throws Error with what the app wrote, if it fails
 */
export async function synthesise(folder: string, config?: string): Promise<void> {
  const { app, context } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8')) as {
    app: string;
    context: Record<string, unknown>;
  };
  const child = spawn(app, {
    cwd: PROJECT,
    shell: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...(config && { config }) }),
    },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(errors.trim());
}
