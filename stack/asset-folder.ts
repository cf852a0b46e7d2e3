import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder for the code of a function: a new one, since several apps may be synthesised at once. */
export function makeAssetFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  // Lambda runs the code as another user.
  chmodSync(folder, 0o755);
  return folder;
}

/** Removes the folder once the CDK has a copy of it; with `--no-staging`, it reads it later in place of a copy. */
export function removeIfStaged(scope: Construct, folder: string): void {
  if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) rmSync(folder, { recursive: true });
}
