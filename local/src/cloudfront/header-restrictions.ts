import { DISALLOWED_HEADERS } from '../../../edge/limits';

/**
 * The restriction that a function's headers violate, in one line; undefined for none.
 * DG: edge-function-restrictions-all
 * @param original headers as the function got them, names in lower case, values joined
 */
export function headerViolation(
  returned: Record<string, string>,
  original: Record<string, string>,
  readOnly: readonly string[],
): string | undefined {
  const disallowed = Object.keys(returned).find((name) => isDisallowed(name) && returned[name] !== original[name]);
  if (disallowed) return `header ${disallowed} is not allowed`;
  const changed = readOnly.find((name) => returned[name] !== original[name]);
  return changed && `header ${changed} is read-only and was changed`;
}

const isDisallowed = (name: string): boolean =>
  DISALLOWED_HEADERS.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
