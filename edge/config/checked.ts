import type { z } from 'zod';

/** A config that cannot be used; the message has a line for each field that is wrong. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

const printField = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    '',
  );

/** A value as a config has it. JSON cannot print some numbers. */
const printValue = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'missing');

function linesOf(issue: z.core.$ZodIssue, input: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${printField([...issue.path, key])}: there is no such setting`);
  }
  const isKey = issue.code === 'invalid_key';
  const value = isKey ? 'the name' : printValue(at(input, issue.path));
  const expected = isKey ? issue.issues[0]!.message : issue.message;
  return [`${printField(issue.path) || 'config'}: ${value}, ${expected.replace(/^.*?: (?=expected)/, '')}`];
}

/**
 * Parses an input by a schema, and fills in every default.
 * @throws ConfigError that names each wrong field, its value and what is allowed
 */
export function checked<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.flatMap((issue) => linesOf(issue, input)).join('\n'));
}
