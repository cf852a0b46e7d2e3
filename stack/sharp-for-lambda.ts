import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

const isLambdasPlatform = (): boolean =>
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  existsSync(join(PROJECT, 'node_modules/@img/sharp-linux-x64'));

/** Read, not required: sharp itself may not load on the machine that synthesises. */
const sharpVersion = (): string =>
  (JSON.parse(readFileSync(join(PROJECT, 'node_modules/sharp/package.json'), 'utf8')) as { version: string }).version;

/** A `node_modules` with the build of sharp that Lambda needs: this machine's own, or one that is fetched once. */
function nodeModules(): string {
  if (isLambdasPlatform()) return join(PROJECT, 'node_modules');
  const version = sharpVersion();
  const cached = join(PROJECT, '.cache', `sharp-${version}-linux-x64`);
  if (existsSync(cached)) return join(cached, 'node_modules');
  const fresh = `${cached}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', fresh, `sharp@${version}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, npm_config_os: 'linux', npm_config_cpu: 'x64', npm_config_libc: 'glibc' },
  });
  renameSync(fresh, cached);
  return join(cached, 'node_modules');
}

/** Puts the linux-x64 glibc build of sharp into `folder/node_modules`, whatever machine this is. */
export function copySharpForLambda(folder: string): void {
  const source = nodeModules();
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
