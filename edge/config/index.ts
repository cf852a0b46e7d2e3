/** What `resizer.config.ts` imports: the package's `./config`. It loads nothing, so that a front end can share the file. */
import type { ResizerConfig } from './schema';

export type { ResizerConfig } from './schema';

/** A config as it is, checked by the compiler. Its values are checked where the construct or a command reads them. */
export const defineConfig = <C extends ResizerConfig>(config: C): C => config;
