import { fontVariables } from '../render/fonts';

/** Variables that the loader and the clock need. The others of Lambda hold the function's credentials. */
const PASSED_ON = ['LD_LIBRARY_PATH', 'TZ'];

/**
 * The environment of the process that renders.
 * @param packageFolder where the function's package was extracted: an absolute path
 */
export function renderEnvironment(packageFolder: string): Record<string, string> {
  const passed = PASSED_ON.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(passed) as Record<string, string>), ...fontVariables(packageFolder) };
}
