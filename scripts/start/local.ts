import { name, version } from '../../local/package.json';
import { UsageError } from '../usage';

/** The package that runs a distribution on this machine, which only `start` needs. */
export type Local = typeof import('cloudfront-image-resizer-local');

/** @throws UsageError with the command to install it, if it is missing */
export async function loadLocal(): Promise<Local> {
  try {
    return await import('cloudfront-image-resizer-local');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.endsWith('MODULE_NOT_FOUND') || !message.includes(name)) throw error;
    throw new UsageError(
      `start runs the distribution with the package ${name}, which is not installed: npm install --save-dev --save-exact ${name}@${version}`,
    );
  }
}
