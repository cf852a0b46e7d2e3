/** An IAM pattern, with `*` for any characters and `?` for one, as an anchored regular expression. */
export function wildcard(pattern: string, { ignoreCase = false } = {}): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'sui' : 'su');
}
