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

/** The first four bytes of a font: TrueType, OpenType with CFF outlines, Apple's TrueType, a collection. */
const SIGNATURES = new Set(['\0\x01\0\0', 'OTTO', 'true', 'ttcf']);

const FONTS = new Set(['.ttf', '.otf', '.ttc']);

/** Fonts that the renderer cannot read. */
const OTHER_FONTS = new Set(['.woff', '.woff2', '.eot', '.pfb', '.dfont']);

/** Most bytes of all fonts together. They hardly compress, and the function's package has a limit. */
const MAX_BYTES = 32 * 1024 * 1024;

const namesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

const isFont = (bytes: Buffer): boolean => SIGNATURES.has(bytes.toString('latin1', 0, 4));

/**
 * Reads the fonts in a folder and in those below it, and ignores other files, like licences.
 * @param folder absolute path
 * @throws Error with what was expected instead
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

/** The config with the absolute path of the folder of fonts. @throws ConfigError if it has no usable fonts */
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
