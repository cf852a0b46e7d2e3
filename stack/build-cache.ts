/**
 * Bundles that esbuild has made before: looked up in this process, then in a folder that processes share. An entry counts
 * as long as every file that went into it has the same content.
 */
import { type BuildOptions, buildSync, version } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder';

interface Entry {
  code: string;
  /** Hashes of the files that the code was made from, by path. */
  inputs: Record<string, string>;
}

const PROJECT = join(__dirname, '..');

const FOLDER = cacheFolder('bundles');

/** Decides how TypeScript is compiled, and is no input for esbuild. The package, which has JavaScript, is without it. */
const TSCONFIG = 'tsconfig.json';

/** esbuild's name for an entry that is in the options. */
const STDIN = '<stdin>';

const inThisProcess = new Map<string, string>();

/** The code of a bundle with one output file. Paths in the options are absolute. */
export function buildOnce(options: BuildOptions): string {
  const key = sha256(
    JSON.stringify([version, options], (_, value) => (value instanceof RegExp ? String(value) : value)),
  );
  const code = inThisProcess.get(key) ?? readCode(key) ?? build(key, options);
  inThisProcess.set(key, code);
  return code;
}

function readCode(key: string): string | undefined {
  try {
    const { code, inputs } = JSON.parse(readFileSync(join(FOLDER, key), 'utf8')) as Entry;
    return Object.entries(inputs).every(([path, hash]) => hashFile(path) === hash) ? code : undefined;
  } catch {
    // Nothing there, or a file that went into it is gone.
    return undefined;
  }
}

function build(key: string, options: BuildOptions): string {
  const startedAt = Date.now();
  const { outputFiles, metafile } = buildSync({
    ...options,
    absWorkingDir: PROJECT,
    write: false,
    metafile: true,
  });
  const code = outputFiles[0]!.text;
  const paths = Object.keys(metafile.inputs).filter((path) => path !== STDIN);
  if (existsSync(join(PROJECT, TSCONFIG))) paths.push(TSCONFIG);
  // A file that is saved in the meantime may be hashed in another version than was bundled.
  const isSettled = paths.every((path) => statSync(join(PROJECT, path)).mtimeMs < startedAt);
  if (isSettled) store(key, { code, inputs: Object.fromEntries(paths.map((path) => [path, hashFile(path)])) });
  return code;
}

/** In one step, since other processes may read or write the same entry. */
function store(key: string, entry: Entry): void {
  const file = join(FOLDER, key);
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(draft, JSON.stringify(entry));
    renameSync(draft, file);
  } catch {
    // A folder that cannot be written costs time only.
  }
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const hashFile = (path: string): string => sha256(readFileSync(join(PROJECT, path)));
