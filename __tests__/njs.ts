import { execFileSync } from 'node:child_process';

/** Whether njs is installed, CloudFront's own engine. CI has to have it. */
export const hasNjs = (() => {
  try {
    execFileSync('njs', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

if (!hasNjs && process.env['CI']) throw new Error('njs is not installed: apt-get install njs');
