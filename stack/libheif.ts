import { join } from 'node:path';
import { ConfigError } from '../edge/config/checked';
import { findPackage } from './packages';
import { placeFiles } from './place-files';

const PROJECT = join(__dirname, '..');

const NAME = 'libheif-js';

/** The files that are loaded, and the licence, which has to come along and requires the decoder to stay a separate file. */
const FILES = [
  'package.json',
  'LICENSE',
  ...['LICENSE', 'libheif.js', 'libheif.wasm'].map((file) => `libheif-wasm/${file}`),
];

/** Copies the decoder of HEICs into a function's package. It is WebAssembly, the same on every machine. */
export function copyLibheif(packageFolder: string): void {
  const source = findPackage(NAME, PROJECT);
  if (!source) throw new ConfigError(`${NAME} is not installed. It is a dependency of this package: install again.`);
  for (const file of FILES) placeFiles(join(source, file), join(packageFolder, 'node_modules', NAME, file));
}
