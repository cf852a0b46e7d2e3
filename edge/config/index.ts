/** What `resizer.config.ts` imports. */
export type { ResizerConfig } from './schema';
