/**
 * The package's `./config`, which `resizer.config.ts` imports. It loads nothing, so that a front end can share the
 * file.
 */
import type { ResizerConfig } from './schema';

export type { ResizerConfig } from './schema';

/** Returns a config as it is, with its type checked. The construct and the commands check its values. */
export const defineConfig = <C extends ResizerConfig>(config: C): C => config;
