import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import prettier from 'prettier';
import type { Table } from './bench';
import { print } from './print';

const FILE = join(__dirname, 'RESULTS.md');

/** What was measured, where. */
function measuredAt(source: string): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: __dirname, encoding: 'utf8' }).trim();
  return `Measured at ${commit}, on ${availableParallelism()} cores, Node ${process.versions.node}, with ${source}.`;
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
