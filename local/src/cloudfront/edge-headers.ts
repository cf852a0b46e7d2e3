import { DISALLOWED_HEADERS } from '../../../edge/limits';

const isDisallowed = (name: string): boolean =>
  DISALLOWED_HEADERS.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );

/**
 * Says in one line what is wrong with the headers that a function returns; undefined if nothing is.
 * DG: edge-function-restrictions-all
 * @param original headers as the function got them, names in lower case, values joined
 */
export function headerFault(
  returned: Record<string, string>,
  original: Record<string, string>,
  readOnly: readonly string[],
): string | undefined {
  for (const name of Object.keys(returned)) {
    if (isDisallowed(name) && returned[name] !== original[name]) return `header ${name} is not allowed`;
  }
  const changed = readOnly.find((name) => returned[name] !== original[name]);
  return changed && `header ${changed} is read-only and was changed`;
}
