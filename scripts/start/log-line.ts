/** A line of a function's log as a person reads it: without what only CloudWatch reads. */
export function readable(line: string): string {
  const start = line.indexOf('{');
  if (start < 0 || !line.includes('"_aws"')) return line;
  try {
    const { _aws, ...fields } = JSON.parse(line.slice(start)) as Record<string, unknown>;
    return line.slice(0, start) + JSON.stringify(fields);
  } catch {
    return line;
  }
}
