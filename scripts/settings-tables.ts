/**
 * Writes the tables of settings into the documents, from the schema of the config. With `--check`, only says whether
 * they are as the schema has them, and exits with 1 if not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { schema } from '../edge/config/schema';
import { stackSchema } from '../edge/config/stack-schema';
import { printSize } from '../edge/size';

const PROJECT = join(__dirname, '..');
const COMMAND = 'npm run docs:settings';

const { stack: _, ...shape } = schema.shape;

/** The settings that a document has between its two comments. */
const TABLES: readonly [document: string, shape: z.core.$ZodLooseShape][] = [
  ['README.md', shape],
  ['docs/deploy.md', stackSchema.shape],
];

const START = `<!-- settings: written by \`${COMMAND}\` -->`;
const END = '<!-- end of settings -->';

/** A row for each setting, those inside of an object included. @throws Error for one that nobody described */
function rowsOf(settings: z.core.$ZodLooseShape, path: string[] = []): string[] {
  return Object.entries(settings).flatMap(([key, type]) => {
    const name = [...path, key];
    const { inner, isRequired, byDefault } = unwrap(type as z.ZodType);
    if (inner instanceof z.ZodObject) return rowsOf(inner.shape, name);
    const { description } = type as z.ZodType;
    if (description === undefined) throw new Error(`${name.join('.')} has no description.`);
    const printed = isRequired ? `required in ${code(path.join('.'))}` : print(byDefault);
    return `| \`${name.join('.')}\` | ${printed} | ${description} |`;
  });
}

/** What a setting is without the wrappers for its default. */
function unwrap(type: z.ZodType): { inner: z.ZodType; isRequired: boolean; byDefault: unknown } {
  if (type instanceof z.ZodDefault) return { ...unwrapped(type), byDefault: type.def.defaultValue };
  if (type instanceof z.ZodPrefault || type instanceof z.ZodOptional) return unwrapped(type);
  return { inner: type, isRequired: true, byDefault: undefined };
}

const unwrapped = (type: z.ZodDefault | z.ZodPrefault | z.ZodOptional) => ({
  inner: unwrap(type.unwrap() as z.ZodType).inner,
  isRequired: false,
  byDefault: undefined as unknown,
});

const code = (text: string): string => `\`${text}\``;

function print(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : code(value.join(' '));
  if (typeof value === 'string' || typeof value === 'boolean') return code(String(value));
  // The presets.
  return Object.entries(value as Record<string, { width?: number; height?: number } & Record<string, unknown>>)
    .map(([name, { width, height, ...how }]) => {
      // A fit or a gravity speaks for itself; a number needs its name.
      const said = Object.entries(how).map(([what, each]) => (typeof each === 'number' ? `${what} ${each}` : each));
      return `${code(name)} ${[printSize({ width, height }), ...said].join(' ')}`;
    })
    .join(', ');
}

/** The document with its table as the schema has it. */
async function update(document: string, settings: z.core.$ZodLooseShape): Promise<[before: string, after: string]> {
  const file = join(PROJECT, document);
  const before = readFileSync(file, 'utf8');
  const [start, end] = [before.indexOf(START), before.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${document} has no place for its settings: ${START} … ${END}`);
  const rows = rowsOf(settings).map((row) =>
    row.replaceAll(/docs\/([\w-]+\.md)(#[\w-]+)?/g, (path, name: string) => {
      return `[${name}](${relative(dirname(document), path)})`;
    }),
  );
  const table = ['| field | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  const text = `${before.slice(0, start)}${START}\n\n${table}\n\n${before.slice(end)}`;
  return [before, await format(text, { ...(await resolveConfig(file)), filepath: file })];
}

async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  for (const [document, settings] of TABLES) {
    const [before, after] = await update(document, settings);
    if (before === after) continue;
    if (!isCheck) writeFileSync(join(PROJECT, document), after);
    else console.error(`${document} is not what the schema says. Run \`${COMMAND}\`.`);
    if (isCheck) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
