/** The config of a deployed distribution, as commands read it. */
import { buildSync } from 'esbuild';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { readConfig } from '../edge/config/read';
import type { Config } from '../edge/config/schema';
import { partOf } from '../stack/parts';
import { UsageError } from './usage';

/** Whether this is a clone and not the package, which has no sources. */
export const IS_REPOSITORY = partOf('.') === undefined;

const USUAL_FILE = 'resizer.config.ts';

/**
 * Reads the config that was deployed.
 * @param file the option `--config`; by default `resizer.config.ts` of the clone, or of the current folder with the package
 * @throws UsageError if the current folder has none
 * @throws ConfigError as `readConfig` does
 */
export function readDeployedConfig(file?: string): Promise<Config> {
  if (IS_REPOSITORY) return readConfig(file && resolve(file));
  if (file === undefined && !existsSync(USUAL_FILE)) {
    throw new UsageError(`There is no ${USUAL_FILE} in this folder. Give the deployed config with --config.`);
  }
  return readConfig(resolve(file ?? USUAL_FILE), loadTypeScript);
}

/** Loads a TypeScript module with its imports. Node cannot, or does not support all of TypeScript. */
export async function loadTypeScript(file: string): Promise<unknown> {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    packages: 'external',
    format: 'cjs',
    platform: 'node',
    write: false,
    logLevel: 'silent',
  });
  const module = { exports: {} };
  const run = compileFunction(outputFiles[0]!.text, ['module', 'exports', 'require', '__filename', '__dirname'], {
    filename: file,
  }) as (...scope: unknown[]) => void;
  run(module, module.exports, createRequire(file), file, dirname(file));
  return module.exports;
}
