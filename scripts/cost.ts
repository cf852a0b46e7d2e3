/** `npm run cost`: computes what a site would cost a month, as you go and on each plan. */
import Table from 'cli-table3';
import { InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { readConfig } from '../edge/config/read';
import { type Main, commandLine, runCommand } from './command-line';
import { type Bill, type Month, TARIFFS, type Workload, billOf } from './cost/model';
import { DEFAULTS, type Site, workloadOf } from './cost/workload';
import { parsePositive, parseWhole } from './numbers';
import type { PlanName } from './prices';

interface Options extends Site {
  plan?: PlanName;
  config?: string;
  json: boolean;
}

const FACTORS: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** `10M`, `300k`, `2.5M` or digits. @throws InvalidArgumentError unless it is a whole number from 1 */
function parseAmount(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(text) ?? [];
  const value = Math.round(Number(digits) * FACTORS[unit.toLowerCase()]! * 1e3) / 1e3;
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('Expected a whole number from 1, such as 300000, 300k or 10M.');
  }
  return value;
}

/** @throws InvalidArgumentError unless it is a number from 0 to 100 */
function parsePercent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) {
    throw new InvalidArgumentError('Expected a number from 0 to 100.');
  }
  return value;
}

const dollars = (value: number): string => `$${value.toFixed(2)}`;

const PARTS = ['plan', 'cloudFront', 's3', 'lambdaEdge', 'operation', 'invalidations', 'total'] as const;

const HEAD = [
  '',
  'month',
  'plan',
  'CloudFront',
  'S3',
  'Lambda@Edge',
  'operation',
  'invalidations',
  'in all',
  'renders',
];

const row = (name: string, when: string, month: Month): string[] => [
  name,
  when,
  ...PARTS.map((part) => dollars(month[part])),
  month.renders.toLocaleString('en'),
];

function tableOf(bills: Bill[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [] } });
  for (const { tariff, first, later, exceeded } of bills) {
    if (exceeded.length > 0) {
      table.push([tariff, { colSpan: HEAD.length - 1, content: `is too small: it holds ${exceeded.join(' and ')}` }]);
    } else table.push(row(tariff, 'first', first), row(tariff, 'later', later));
  }
  return table.toString();
}

const assumptionsOf = ({ bytes, milliseconds, misses, changed, memoryMb }: Workload): string =>
  `${(bytes / 1_000).toFixed(1)} kB a variant, ${milliseconds.toFixed(0)} ms a render in ${memoryMb} MB, ` +
  `${misses} % of the hits read from S3, ${changed} % of the originals overwritten a month.`;

export const cost: Main = async (args, terminal) => {
  const command = commandLine('cost', terminal)
    .description(
      'Computes what a site costs in its first month and in a later one, as you go and on each flat-rate plan.',
    )
    .requiredOption('--hits <number>', 'requests a month, such as 10M', parseAmount)
    .requiredOption('--originals <number>', 'number of originals, such as 300000 or 300k', parseAmount)
    .requiredOption('--sizes <sizes>', 'number of sizes that each original is requested in, or a list: 320w,640w')
    .option(
      '--misses <percent>',
      'share of hits that are read from S3, since no cache has them',
      parsePercent,
      DEFAULTS.misses,
    )
    .option('--changed <percent>', 'share of originals that are overwritten each month', parsePercent, DEFAULTS.changed)
    .option('--bytes <number>', 'bytes of a variant, instead of the measured average', parseWhole)
    .option('--render-ms <number>', 'milliseconds of a render, instead of the measured average', parsePositive)
    .addOption(new Option('--plan <plan>', 'only this plan').choices(TARIFFS.slice(1)))
    .option('--config <file>', 'instead of resizer.config.ts')
    .option('--json', 'print JSON', false)
    .parse(args, { from: 'user' });
  const { plan, config: file, json, ...site } = command.opts<Options>();
  const workload = workloadOf(await readConfig(file && resolve(file)), site);
  const bills = (plan ? [plan] : TARIFFS).map((tariff) => billOf(workload, tariff));
  if (json) {
    terminal.printAsIs(JSON.stringify({ workload, bills }, null, 2));
    return;
  }
  terminal.printLines(tableOf(bills));
  terminal.print(assumptionsOf(workload));
  terminal.print('List prices of November 2026 without free tiers; docs/costs.md links to them.');
};

if (require.main === module) runCommand(cost);
