/** A value as CloudFront passes it to its functions, with `multiValue` if the name is repeated. */
export type Value = { value: string; multiValue?: { value: string }[] };

/** Headers, cookies or a query string, by name. DG: functions-event-structure. */
export type Values = Record<string, Value>;

/** Groups pairs by name. Names keep their case, since CloudFront puts only those of headers into lower case. */
export function valuesOf(pairs: [string, string][]): Values {
  const values = new Map<string, Value>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (!known) values.set(name, { value });
    else known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
  }
  return Object.fromEntries(values);
}

/** Splits `a=1&b=2` or `a=1; b=2`. Values stay as they were sent. */
export function pairsOf(text: string, separator: string): [string, string][] {
  return text
    .split(separator)
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1)];
    });
}
