/**
 * Writes the calculator's table into docs/costs.md, from the model of `npm run cost`. With `--check`, only says whether
 * it is as the model has it, and exits with 1 if not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parseConfig } from '../edge/config/schema';
import { type Bill, type Month, TARIFFS, billOf } from './cost/model';
import { cloudflareImages, imgix } from './cost/others';
import { DEFAULTS, workloadOf } from './cost/workload';

const FILE = join(__dirname, '..', 'docs', 'costs.md');
const COMMAND = 'npm run docs:costs';
const START = `<!-- costs: written by \`${COMMAND}\` -->`;
const END = '<!-- end of costs -->';

const HITS = [1e6, 10e6, 100e6];
const ORIGINALS = [10_000, 300_000];
const SIZES = '6';

const dollars = (value: number): string => `$${Math.round(value).toLocaleString('en')}`;

const months = (first: number, later: number): string => `${dollars(first)}, then ${dollars(later)}`;

const cell = ({ first, later, exceeded }: Bill): string =>
  exceeded.length > 0 ? '–' : months(first.total, later.total);

function rowOf(hits: number, originals: number): string[] {
  const workload = workloadOf(parseConfig({}), { ...DEFAULTS, hits, originals, sizes: SIZES });
  const bills = TARIFFS.map((tariff) => billOf(workload, tariff));
  const at = ({ renders }: Month) => imgix(workload, renders);
  return [
    `${hits / 1e6}M`,
    originals.toLocaleString('en'),
    ...bills.map(cell),
    dollars(cloudflareImages(workload)),
    months(at(bills[0]!.first), at(bills[0]!.later)),
  ];
}

function table(): string {
  const { bytes, milliseconds } = workloadOf(parseConfig({}), { ...DEFAULTS, hits: 1, originals: 1, sizes: SIZES });
  const head = ['hits a month', 'originals', ...TARIFFS, 'Cloudflare Images', 'imgix'];
  const rows = [head, head.map(() => '---'), ...HITS.flatMap((hits) => ORIGINALS.map((each) => rowOf(hits, each)))];
  const averages = `An average variant of the default sizes has ${(bytes / 1_000).toFixed(0)} kB and takes ${milliseconds.toFixed(0)} ms to render.`;
  return `${averages}\n\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`;
}

async function main(): Promise<void> {
  const before = readFileSync(FILE, 'utf8');
  const [start, end] = [before.indexOf(START), before.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`docs/costs.md has no place for its table: ${START} … ${END}`);
  const text = `${before.slice(0, start)}${START}\n\n${table()}\n\n${before.slice(end)}`;
  const after = await format(text, { ...(await resolveConfig(FILE)), filepath: FILE });
  if (before === after) return;
  if (!process.argv.includes('--check')) return writeFileSync(FILE, after);
  console.error(`docs/costs.md is not what the model says. Run \`${COMMAND}\`.`);
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
