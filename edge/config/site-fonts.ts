/** The setting `fonts`: a folder of a site's own fonts, for the text of SVGs. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { extname, join, relative, resolve } from 'node:path';
import { ConfigError } from './checked';

/** A font of a site. */
export interface SiteFont {
  /** Relative to the folder. */
  name: string;
  bytes: Buffer;
}

/** By the first four bytes of a file: TrueType, OpenType with CFF outlines, the TrueType of Apple, a collection. */
const SIGNATURES = new Set(['\0\x01\0\0', 'OTTO', 'true', 'ttcf']);

const FONTS = new Set(['.ttf', '.otf', '.ttc']);

/** Fonts that the renderer does not read. */
const OTHER_FONTS = new Set(['.woff', '.woff2', '.eot', '.pfb', '.dfont']);

/** Bytes of all fonts together: they hardly compress, and the function's package has a limit. */
const MAX_BYTES = 32 * 1024 * 1024;

const namesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

const isFont = (bytes: Buffer): boolean => SIGNATURES.has(bytes.toString('latin1', 0, 4));

/**
 * Reads the fonts of a folder and those below it; licences and the like beside them are left alone.
 * @param folder absolute path
 * @throws Error with what was expected in its place
 */
export function readSiteFonts(folder: string): SiteFont[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error('expected a folder that exists');
  const names = namesIn(folder);
  const other = names.find((name) => OTHER_FONTS.has(extname(name).toLowerCase()));
  if (other) throw new Error(`expected fonts as .ttf, .otf or .ttc; convert ${other}`);
  const fonts = names.filter((name) => FONTS.has(extname(name).toLowerCase()));
  if (!fonts.length) throw new Error('expected a folder with fonts in it: files that end in .ttf, .otf or .ttc');
  const bytes = fonts.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  if (bytes > MAX_BYTES) throw new Error(`expected fonts of up to ${MAX_BYTES} bytes in all, not ${bytes}`);
  return fonts.map((name) => {
    const font = { name, bytes: readFileSync(join(folder, name)) };
    if (!isFont(font.bytes)) throw new Error(`expected TrueType or OpenType fonts; ${name} is none`);
    return font;
  });
}

/** The config with the folder of fonts as an absolute path. @throws ConfigError if fonts cannot be had there */
export function withFonts<T extends { fonts?: string | undefined }>(config: T, folder: string): T {
  if (config.fonts === undefined) return config;
  const fonts = resolve(folder, config.fonts);
  try {
    readSiteFonts(fonts);
  } catch (error) {
    throw new ConfigError(`fonts: ${JSON.stringify(config.fonts)}, ${(error as Error).message}`);
  }
  return { ...config, fonts };
}
