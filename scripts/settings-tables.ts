/**
 * `npm run docs:settings`: writes the tables of settings into README.md and docs/deploy.md, from the schema of the
 * config.
 */
import { dirname, relative } from 'node:path';
import { z } from 'zod';
import { schema } from '../edge/config/schema';
import { stackSchema } from '../edge/config/stack-schema';
import { printSize } from '../edge/size';
import { runCommand } from './command-line';
import { type Section, sectionsCommand, tableOf } from './generated-section';

const { stack: _, ...shape } = schema.shape;

const TABLES: readonly [document: string, shape: z.core.$ZodLooseShape][] = [
  ['README.md', shape],
  ['docs/deploy.md', stackSchema.shape],
];

/** A row for each setting, nested ones included. @throws Error for a setting without a description */
function rowsOf(settings: z.core.$ZodLooseShape, path: string[] = []): string[][] {
  return Object.entries(settings).flatMap(([key, type]) => {
    const name = [...path, key];
    const { inner, isRequired, byDefault } = unwrap(type as z.ZodType);
    if (inner instanceof z.ZodObject) return rowsOf(inner.shape, name);
    const { description } = type as z.ZodType;
    if (description === undefined) throw new Error(`${name.join('.')} has no description.`);
    const printed = isRequired ? `required in ${code(path.join('.'))}` : print(byDefault);
    return [[code(name.join('.')), printed, description]];
  });
}

/** The type of a setting without zod's wrappers for optional settings and defaults. */
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
  // Only presets are left.
  return Object.entries(value as Record<string, { width?: number; height?: number } & Record<string, unknown>>)
    .map(([name, { width, height, ...how }]) => {
      // A fit or a gravity speaks for itself; a number needs its name.
      const details = Object.entries(how).map(([option, each]) =>
        typeof each === 'number' ? `${option} ${each}` : each,
      );
      return `${code(name)} ${[printSize({ width, height }), ...details].join(' ')}`;
    })
    .join(', ');
}

/** Descriptions name documents by their path from the root; in a document these become links. */
const linked = (document: string, description: string): string =>
  description.replaceAll(/docs\/([\w-]+\.md)(#[\w-]+)?/g, (path, name: string) => {
    return `[${name}](${relative(dirname(document), path)})`;
  });

const sections = (): Section[] =>
  TABLES.map(([document, settings]) => {
    const rows = rowsOf(settings).map((row) => row.map((cell) => linked(document, cell)));
    return { document, name: 'settings', content: tableOf(['field', 'default', 'meaning'], rows) };
  });

runCommand(
  sectionsCommand('docs:settings', 'Writes the tables of settings into README.md and docs/deploy.md.', sections),
);
