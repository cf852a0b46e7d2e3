import { AssetStaging, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 0o755;
const FILE = 0o644;

/** Id of the construct, in any stack, whose code empties a bucket for the CDK. */
const EMPTYING = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/**
 * Makes the assets of a construct readable by everybody. Otherwise the umask of the person who deploys decides: the CDK
 * zips files with their modes, and a function whose files only their owner may read fails with EACCES.
 * https://repost.aws/knowledge-center/lambda-deployment-package-errors
 */
export class ReadableAssets implements IAspect {
  readonly #owner: IConstruct;

  /** @param owner construct whose assets are changed; others in the same stack may have executables */
  constructor(owner: IConstruct) {
    this.#owner = owner;
  }

  visit(node: IConstruct): void {
    // If staging is off, the path is that of the source itself, which is not ours to change.
    if (!(node instanceof AssetStaging) || node.absoluteStagedPath === node.sourcePath) return;
    const isOwned = node.node.scopes.some((scope) => scope === this.#owner || scope.node.id === EMPTYING);
    if (isOwned) setModes(node.absoluteStagedPath);
  }
}

function setModes(path: string): void {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder ? FOLDER : FILE);
  if (isFolder) for (const entry of readdirSync(path)) setModes(join(path, entry));
}
