import { AssetStaging, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 0o755;
const FILE = 0o644;

/** Where in any stack is the code with which the CDK empties a bucket, in any stack. */
const EMPTYING = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/**
 * Sets the modes of what a construct deploys, and of what the CDK deploys for it. The umask of who synthesises decides
 * them else, the CDK zips them as they are, and functions whose files only the owner may read die of EACCES.
 * https://repost.aws/knowledge-center/lambda-deployment-package-errors
 */
export class ReadableAssets implements IAspect {
  readonly #owner: IConstruct;

  /** @param owner whose assets they are: others in the same stack may have executables */
  constructor(owner: IConstruct) {
    this.#owner = owner;
  }

  visit(node: IConstruct): void {
    // Where the CDK is told not to stage, what it would deploy is the source itself.
    if (!(node instanceof AssetStaging) || node.absoluteStagedPath === node.sourcePath) return;
    const isOurs = node.node.scopes.some((scope) => scope === this.#owner || scope.node.id === EMPTYING);
    if (isOurs) setModes(node.absoluteStagedPath);
  }
}

function setModes(path: string): void {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder ? FOLDER : FILE);
  if (isFolder) for (const entry of readdirSync(path)) setModes(join(path, entry));
}
