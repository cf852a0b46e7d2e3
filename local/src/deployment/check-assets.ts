import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DeploymentError } from './error';

/** Permissions of others on a file, and on a folder. */
const READ = 0o004;
const READ_AND_ENTER = 0o005;

/**
 * Refuses code that Lambda cannot read: it keeps the modes of the zip file, and runs functions as a user who owns none
 * of it.
 * https://repost.aws/knowledge-center/lambda-deployment-package-errors
 * @throws DeploymentError
 */
export function checkAssets(folders: string[]): void {
  // Windows has no such modes; there the CDK sets them.
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
