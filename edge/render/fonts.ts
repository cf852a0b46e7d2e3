import { join } from 'node:path';

/** The folder of the fonts in the function's package; `fonts.conf` is in it. */
export const FONTS_FOLDER = 'fonts';

/**
 * What the environment of a process has to hold before it loads sharp, so that the text of an SVG has the fonts of the
 * function, and no others, on whatever machine.
 * @param packageFolder where the function's package was extracted: an absolute path
 */
export const fontVariables = (packageFolder: string): Record<string, string> => ({
  FONTCONFIG_FILE: join(packageFolder, FONTS_FOLDER, 'fonts.conf'),
  // Decides, too, which language a `switch` of an SVG shows.
  LANG: 'en_US.UTF-8',
});
