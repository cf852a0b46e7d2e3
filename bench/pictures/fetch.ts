import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Listed, allOf } from '.';
import type { Source } from './sources';

const run = promisify(execFile);

const isIntact = ({ path, sha256 }: Listed): boolean =>
  existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === sha256;

/** Whether all pictures of a package are there. */
const isComplete = (source: Source, folder: string): boolean => allOf(source, folder).every(isIntact);

/** Runs one of Debian's tools. @throws Error with its message, or if it is missing */
async function debian(tool: string, args: string[], cwd: string): Promise<void> {
  try {
    // In English, since one of its messages is recognised below.
    await run(tool, args, { cwd, env: { ...process.env, LC_ALL: 'C' } });
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') {
      throw new Error(`There is no ${tool} here: the pictures come from packages of Debian 12 or its derivatives.`, {
        cause: error,
      });
    }
    const reason =
      stderr
        .split('\n')
        .find((line) => line.startsWith('E:'))
        ?.slice(2)
        .trim() ?? stderr.trim();
    throw new Error(`${tool} ${args.join(' ')} failed: ${reason}`, { cause: error });
  }
}

async function unpack(name: string, folder: string): Promise<void> {
  try {
    await debian('apt-get', ['download', name], folder);
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes('Unable to locate')) throw error;
    throw new Error(`apt knows no package ${name}. Debian 12 has it: try \`apt-get update\`.`, {
      cause: error,
    });
  }
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (!file) throw new Error(`apt-get has downloaded nothing for ${name}.`);
  await debian('dpkg-deb', ['-x', file, 'unpacked'], folder);
}

/**
 * Fetches the missing pictures of a package, and checks them. It needs no root rights.
 *
 * @param folder of all pictures
 * @returns whether anything had to be fetched
 * @throws Error if apt is missing or lacks the package, or if the package has other pictures by now
 */
export async function fetchPictures(source: Source, folder: string): Promise<boolean> {
  if (isComplete(source, folder)) return false;
  const workspace = mkdtempSync(join(tmpdir(), 'bench-pictures-'));
  try {
    await unpack(source.package, workspace);
    for (const { name, path, sha256 } of allOf(source, folder)) {
      const unpacked = join(workspace, 'unpacked', source.root, name.slice(source.package.length + 1));
      if (!isIntact({ name, path: unpacked, sha256 })) {
        throw new Error(
          `${name} is another picture, or none, in the package that apt has; it was in version ${source.version}.`,
        );
      }
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(unpacked, path);
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
  return true;
}
