import envPaths from 'env-paths';
import { join } from 'node:path';

/** Folder for what can be made or fetched again, outside of the package, which may be read-only or shared. */
export const cacheFolder = (name: string): string =>
  join(envPaths('cloudfront-image-resizer', { suffix: '' }).cache, name);
