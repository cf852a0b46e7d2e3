import { DISALLOWED_HEADERS } from '../../edge/limits';

const isDisallowed = (name: string): boolean =>
  DISALLOWED_HEADERS.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );

/**
 * What is wrong with the headers that a function answers with, in one line; undefined if nothing is.
 * DG: edge-function-restrictions-all
 * @param given headers as the function got them, lower case, values joined
 */
export function headerFault(
  answered: Record<string, string>,
  given: Record<string, string>,
  readOnly: readonly string[],
): string | undefined {
  for (const name of Object.keys(answered)) {
    if (isDisallowed(name) && answered[name] !== given[name]) return `header ${name} is not allowed`;
  }
  const changed = readOnly.find((name) => answered[name] !== given[name]);
  return changed && `header ${changed} is read-only and was changed`;
}
