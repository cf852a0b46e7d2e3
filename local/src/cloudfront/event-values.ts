/** Headers, cookies and query strings as CloudFront hands them to its functions. DG: functions-event-structure */
interface Value {
  value: string;
  multiValue?: { value: string }[];
}
export type Values = Record<string, Value>;

/** Groups pairs by name. Names keep their case: CloudFront lowers only those of headers. */
export function valuesOf(pairs: [string, string][]): Values {
  const values = new Map<string, Value>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (!known) values.set(name, { value });
    else known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
  }
  return Object.fromEntries(values);
}

/** The values as `name=value`, repeated names included. */
export const pairTexts = (values: Values): string[] =>
  Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((each) => `${name}=${each.value}`),
  );

/** Splits `a=1&b=2` or `a=1; b=2`, without decoding. */
export function pairsOf(text: string, separator: string): [string, string][] {
  return text
    .split(separator)
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1)];
    });
}
