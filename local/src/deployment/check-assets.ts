import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DeploymentError } from './error';

/** What everybody needs of a file, and of a folder. */
const READ = 0o004;
const READ_AND_ENTER = 0o005;

/**
 * Refuses folders that Lambda could not read: it unpacks them with the modes that they were zipped with, and runs
 * functions as a user that owns none of it, so they would die of EACCES.
 * https://repost.aws/knowledge-center/lambda-deployment-package-errors
 * @throws DeploymentError
 */
export function checkAssets(folders: string[]): void {
  // Windows has no such modes, and the CDK sets them there.
  if (process.platform === 'win32') return;
  for (const folder of folders) checkFolder(folder, folder);
}

function checkFolder(folder: string, asset: string): void {
  checkMode(folder, READ_AND_ENTER, asset);
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) checkFolder(path, asset);
    else checkMode(path, READ, asset);
  }
}

function checkMode(path: string, needed: number, asset: string): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & needed) === needed) return;
  const name = relative(asset, path) || '.';
  throw new DeploymentError(`${asset}: Lambda cannot read ${name}, whose mode is 0${mode.toString(8)} (EACCES)`);
}
