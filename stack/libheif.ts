import { join } from 'node:path';
import { ConfigError } from '../edge/config/checked';
import { findPackage } from './packages';
import { placeFiles } from './place-files';

const HERE = join(__dirname, '..');

const NAME = 'libheif-js';

/** What is loaded, and the licence, without which it may not be passed on. The decoder stays a file of its own, as it asks for. */
const FILES = [
  'package.json',
  'LICENSE',
  ...['LICENSE', 'libheif.js', 'libheif.wasm'].map((file) => `libheif-wasm/${file}`),
];

/** Copies the decoder of HEICs into a function's package. It is WebAssembly, the same on every machine. */
export function copyLibheif(packageFolder: string): void {
  const source = findPackage(NAME, HERE);
  if (!source) throw new ConfigError(`${NAME} is not installed. It is a dependency of this package: install again.`);
  for (const file of FILES) placeFiles(join(source, file), join(packageFolder, 'node_modules', NAME, file));
}
