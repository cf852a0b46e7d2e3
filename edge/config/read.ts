import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from './checked';
import { type Config, parseConfig } from './schema';

const DEFAULT_FILE = join(__dirname, '..', '..', 'resizer.config.ts');

/**
 * Reads a config file.
 * @param file absolute path; by default that of this project's `resizer.config.ts`
 * @param load loads its module
 * @throws ConfigError if the file is missing, does not load, or holds a config that cannot be used
 */
export async function readConfig(
  file = DEFAULT_FILE,
  load = (path: string): Promise<unknown> => import(path),
): Promise<Config> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new ConfigError(`There is no config ${file}.`);
  const loaded = (await load(file).catch((error: unknown) => {
    throw new ConfigError(`${file} cannot be loaded: ${String(error)}`);
  })) as { default?: unknown };
  const config = loaded.default as { default?: unknown } | undefined;
  return parseConfig(config?.default ?? config, dirname(file));
}
