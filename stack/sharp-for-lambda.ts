import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '../edge/config/checked';
import { cacheFolder } from './cache-folder';
import { findPackage } from './packages';
import { placeFiles } from './place-files';

const PROJECT = join(__dirname, '..');

const SHARP = 'sharp';

/** What `require('sharp')` loads on Lambda, by package: no sources, types, or builds for other platforms. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  [SHARP]: ['package.json', 'lib', 'dist'],
  'detect-libc': ['package.json', 'lib'],
  semver: ['.'],
  '@img/colour': ['.'],
  '@img/sharp-linux-x64': ['.'],
  '@img/sharp-libvips-linux-x64': ['package.json', 'lib', 'versions.json'],
};

/** Folders that must each hold a native file for Lambda's platform. */
const NATIVE_FILES: readonly [folder: string, name: RegExp, description: string][] = [
  ['@img/sharp-linux-x64/lib', /\.node$/, '.node file'],
  ['@img/sharp-libvips-linux-x64/lib', /^libvips-cpp\.so/, 'libvips-cpp.so'],
];

/** 64 bit, little endian, x86-64. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
function isForLambda(file: string): boolean {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  const length = readSync(descriptor, header);
  closeSync(descriptor);
  const isElf = length === header.length && header.toString('latin1', 0, 4) === '\u007fELF';
  return isElf && header[4] === 2 && header[5] === 1 && header.readUInt16LE(18) === 62;
}

/** The folders of sharp and of its dependencies, by package; without those that are not installed. */
type Packages = Partial<Record<string, string>>;

/** sharp as a package finds it, and its dependencies as sharp finds them. @param from folder of that package */
function findPackages(from: string): Packages {
  const sharp = findPackage(SHARP, from);
  if (!sharp) return {};
  return Object.fromEntries(
    Object.keys(FILES).map((name) => [name, name === SHARP ? sharp : findPackage(name, sharp)]),
  );
}

/** What is missing for sharp to load on Lambda; undefined if nothing is. */
function findMissing(packages: Packages): string | undefined {
  const absent = Object.keys(FILES).find((name) => packages[name] === undefined && !name.startsWith('@img/sharp-'));
  if (absent) return `${absent} is not there`;
  for (const [native, nameOfFile, description] of NATIVE_FILES) {
    const [name, path] = [dirname(native), basename(native)];
    const folder = packages[name] && join(packages[name], path);
    const file = folder && existsSync(folder) ? readdirSync(folder).find((each) => nameOfFile.test(each)) : undefined;
    if (!folder || file === undefined) return `${native} has no ${description}`;
    if (!isForLambda(join(folder, file))) return `${native}/${file} is no ELF file for x86-64`;
  }
  return undefined;
}

/** Reads the file, since sharp itself may not load on the machine that synthesises. */
const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

/**
 * Finds the build of sharp for Lambda: the installed one, or one that is fetched once.
 * @throws ConfigError with what to do, if the registry has no complete one
 */
function findForLambda(from: string, cache: string): Packages {
  const installed = findPackages(from);
  if (!findMissing(installed)) return installed;
  const sharp = installed[SHARP];
  if (!sharp) throw new ConfigError('sharp is not installed. It is a dependency of this package: install again.');
  const version = versionOf(sharp);
  const cached = join(cache, `sharp-${version}-linux-x64`);
  const fetched = findFetched(cached);
  if (!findMissing(fetched)) return fetched;
  const fresh = `${cached}.${process.pid}`;
  try {
    fetchSharp(version, fresh);
    const missing = findMissing(findFetched(fresh));
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
  return findFetched(cached);
}

/** Only in this folder, and not in those above, as Node would. */
const findFetched = (folder: string): Packages =>
  Object.fromEntries(
    Object.keys(FILES)
      .map((name) => [name, join(folder, 'node_modules', name)] as const)
      .filter(([, path]) => existsSync(path)),
  );

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
 * @param from folder of a package that depends on sharp
 * @param cache folder for a build that is fetched
 * @throws ConfigError if there is no complete build
 */
export function copySharpForLambda(folder: string, from = PROJECT, cache = cacheFolder('sharp')): void {
  const packages = findForLambda(from, cache);
  const target = join(folder, 'node_modules');
  rmSync(target, { recursive: true, force: true });
  for (const [name, files] of Object.entries(FILES)) {
    for (const file of files) {
      const source = join(packages[name]!, file);
      if (!existsSync(source)) continue;
      placeFiles(source, join(target, name, file), (path) => !/\.(d\.[cm]?ts|ts|map|md|h|hpp)$/.test(path));
    }
  }
}
