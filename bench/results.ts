import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import prettier from 'prettier';
import { UsageError } from '../scripts/usage';
import type { Table } from './bench';
import { print } from './print';

const FILE = join(__dirname, 'RESULTS.md');

/** What was measured, where. */
function measuredAt(source: string): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: __dirname, encoding: 'utf8' }).trim();
  return `Measured at ${commit}, on ${availableParallelism()} cores, Node ${process.versions.node}, with ${source}.`;
}

const cellsOf = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((text) => text.trim());

/**
 * The rows of a table that is kept in RESULTS.md, by their heads.
 * @param title how the table's title begins
 * @throws UsageError if it has not been kept
 */
export function keptRows(name: string, title: string): Record<string, string>[] {
  const text = readFileSync(FILE, 'utf8');
  const section = text.slice(text.indexOf(`<!-- ${name} -->`), text.indexOf(`<!-- /${name} -->`));
  const table = section.split('### ').find((each) => each.startsWith(title));
  if (!table)
    throw new UsageError(`RESULTS.md has no results of ${name} yet: \`npm run bench -- ${name} --save\` keeps them.`);
  const [head, , ...rows] = table
    .split('\n')
    .filter((row) => row.startsWith('|'))
    .map(cellsOf);
  return rows.map((cells) => Object.fromEntries(head!.map((key, at) => [key, cells[at]!])));
}

/** Puts the tables of one bench into RESULTS.md, in place of those of its last run. */
export async function keep(name: string, source: string, tables: Table[]): Promise<void> {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = readFileSync(FILE, 'utf8');
  const section = `${start}\n\n${measuredAt(source)}\n\n${print(tables)}\n\n${end}`;
  const known = before.includes(start);
  const text = known
    ? before.slice(0, before.indexOf(start)) + section + before.slice(before.indexOf(end) + end.length)
    : `${before.trimEnd()}\n\n## ${name}\n\n${section}\n`;
  const options = await prettier.resolveConfig(FILE);
  writeFileSync(FILE, await prettier.format(text, { ...options, parser: 'markdown' }));
}
