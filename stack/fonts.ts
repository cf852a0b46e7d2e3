import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FONTS_FOLDER } from '../edge/render/fonts';
import { ConfigError } from '../edge/config/checked';
import { readSiteFonts } from '../edge/config/site-fonts';
import { findPackage } from './packages';
import { partOf } from './parts';
import { placeFiles } from './place-files';

const PROJECT = join(__dirname, '..');

/** Each letter is as wide as in Arial, Times New Roman and Courier New. They have Latin, Greek and Cyrillic. */
const FAMILIES = ['arimo', 'tinos', 'cousine'];

const STYLES = ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic'];

const capitalised = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

/**
 * Copies the fonts for text in SVGs into a function's package, with the settings of fontconfig.
 * @param siteFonts absolute path of a folder of more fonts
 */
export function copyFonts(packageFolder: string, siteFonts?: string): void {
  const folder = join(packageFolder, FONTS_FOLDER);
  mkdirSync(folder, { recursive: true });
  placeFiles(partOf('fonts.conf') ?? join(PROJECT, 'edge/render/fonts.conf'), join(folder, 'fonts.conf'));
  for (const family of FAMILIES) {
    const name = `@expo-google-fonts/${family}`;
    const source = findPackage(name, PROJECT);
    if (!source) throw new ConfigError(`${name} is not installed. It is a dependency of this package: install again.`);
    placeFiles(join(source, 'LICENSE_FONT'), join(folder, `${family}-license.txt`));
    for (const style of STYLES) {
      const file = `${capitalised(family)}_${style}.ttf`;
      placeFiles(join(source, style, file), join(folder, file));
    }
  }
  for (const { name, bytes } of siteFonts ? readSiteFonts(siteFonts) : []) {
    const file = join(folder, 'site', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}
