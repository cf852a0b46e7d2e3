import { join } from 'node:path';

/** The folder of the fonts in the function's package; `fonts.conf` is in it. */
export const FONTS_FOLDER = 'fonts';

/**
 * Environment variables for a process that loads sharp, so that text in SVGs has only the fonts of the function, on any
 * machine.
 * @param packageFolder absolute path of the function's extracted package
 */
export const fontVariables = (packageFolder: string): Record<string, string> => ({
  FONTCONFIG_FILE: join(packageFolder, FONTS_FOLDER, 'fonts.conf'),
  // Also decides which language a `switch` of an SVG shows.
  LANG: 'en_US.UTF-8',
});
