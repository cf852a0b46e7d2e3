import { join } from 'node:path';

/** The folder of the fonts in the function's package; `fonts.conf` is in it. */
export const FONTS_FOLDER = 'fonts';

/**
 * Environment variables for a process that loads sharp, so that SVG text has the fonts of the function, and no others,
 * on any machine.
 * @param packageFolder where the function's package was extracted: an absolute path
 */
export const fontVariables = (packageFolder: string): Record<string, string> => ({
  FONTCONFIG_FILE: join(packageFolder, FONTS_FOLDER, 'fonts.conf'),
  // Decides, too, which language a `switch` of an SVG shows.
  LANG: 'en_US.UTF-8',
});
