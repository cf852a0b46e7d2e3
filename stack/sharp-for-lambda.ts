import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../edge/config/checked';

const PROJECT = join(__dirname, '..');

/** What `require('sharp')` loads on Lambda, and no more: no sources, types, or builds for other platforms. */
const FILES = [
  'sharp/package.json',
  'sharp/lib',
  'sharp/dist',
  'detect-libc/package.json',
  'detect-libc/lib',
  'semver',
  '@img/colour',
  '@img/sharp-linux-x64',
  '@img/sharp-libvips-linux-x64/package.json',
  '@img/sharp-libvips-linux-x64/lib',
  '@img/sharp-libvips-linux-x64/versions.json',
];

/** Folders that must each hold a native file for Lambda's platform. */
const NATIVE_FILES: readonly [folder: string, name: RegExp, description: string][] = [
  ['@img/sharp-linux-x64/lib', /\.node$/, '.node file'],
  ['@img/sharp-libvips-linux-x64/lib', /^libvips-cpp\.so/, 'libvips-cpp.so'],
];

/** 64 bit, little endian, x86-64. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
function isForLambda(file: string): boolean {
  const header = readFileSync(file).subarray(0, 20);
  const isElf = header.length === 20 && header.toString('latin1', 0, 4) === '\u007fELF';
  return isElf && header[4] === 2 && header[5] === 1 && header.readUInt16LE(18) === 62;
}

/** What is missing in a `node_modules` for sharp to load on Lambda; undefined if nothing is. */
function findMissing(modules: string): string | undefined {
  for (const [folder, name, description] of NATIVE_FILES) {
    const path = join(modules, folder);
    const file = existsSync(path) ? readdirSync(path).find((each) => name.test(each)) : undefined;
    if (file === undefined) return `${folder} has no ${description}`;
    if (!isForLambda(join(path, file))) return `${folder}/${file} is no ELF file for x86-64`;
  }
  return undefined;
}

/** Reads the file, since sharp itself may not load on the machine that synthesises. */
const sharpVersion = (project: string): string =>
  (JSON.parse(readFileSync(join(project, 'node_modules/sharp/package.json'), 'utf8')) as { version: string }).version;

/**
 * Finds a `node_modules` with the build of sharp that Lambda needs: the project's own, or one that is fetched once.
 * @throws ConfigError with what to do, if the registry has no complete one
 */
function findModules(project: string): string {
  const own = join(project, 'node_modules');
  if (!findMissing(own)) return own;
  const version = sharpVersion(project);
  const cached = join(project, '.cache', `sharp-${version}-linux-x64`);
  const fetched = join(cached, 'node_modules');
  if (!findMissing(fetched)) return fetched;
  const fresh = `${cached}.${process.pid}`;
  try {
    fetchSharp(version, fresh);
    const missing = findMissing(join(fresh, 'node_modules'));
    if (missing) {
      throw new ConfigError(
        `sharp ${version} for Lambda is not complete: ${missing}. npm installs these files as optional dependencies; \`npm view @img/sharp-linux-x64\` shows whether your registry has them.`,
      );
    }
    rmSync(cached, { recursive: true, force: true });
    renameSync(fresh, cached);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return fetched;
}

function fetchSharp(version: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--include=optional', '--prefix', folder];
  try {
    execFileSync(npm, [...args, `sharp@${version}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
      env: { ...process.env, npm_config_os: 'linux', npm_config_cpu: 'x64', npm_config_libc: 'glibc' },
    });
  } catch {
    throw new ConfigError(`npm could not fetch sharp ${version} for Lambda; its message is above.`);
  }
}

/**
 * Copies the linux-x64 glibc build of sharp into `folder/node_modules`, whatever machine this runs on.
 * @param project folder with the `node_modules` that hold sharp, and `.cache` for what is fetched
 * @throws ConfigError if there is no complete one
 */
export function copySharpForLambda(folder: string, project = PROJECT): void {
  const source = findModules(project);
  const target = join(folder, 'node_modules');
  rmSync(target, { recursive: true, force: true });
  for (const file of FILES.filter((each) => existsSync(join(source, each)))) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(source, file), join(target, file), {
      recursive: true,
      dereference: true,
      filter: (path) => !/\.(d\.[cm]?ts|ts|map|md|h|hpp)$/.test(path),
    });
  }
}
