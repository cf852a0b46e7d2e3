/** Variables that the loader, the clock and fontconfig need. Those of Lambda hold the function's credentials. */
const PASSED_ON = ['LD_LIBRARY_PATH', 'TZ', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'XDG_CACHE_HOME'];

/** The environment of the process that renders. */
export function renderEnvironment(own: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passed = PASSED_ON.map((name) => [name, own[name]]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(passed) as Record<string, string>;
}
