/** `npm run docs:costs`: writes the table of docs/costs.md, from the model of `npm run cost`. */
import { parseConfig } from '../edge/config/schema';
import { runCommand } from './command-line';
import { type Bill, type Month, TARIFFS, billOf } from './cost/model';
import { cloudflareImages, imgix } from './cost/others';
import { DEFAULTS, workloadOf } from './cost/workload';
import { sectionsCommand, tableOf } from './generated-section';

const HITS = [1e6, 10e6, 100e6];
const ORIGINALS = [10_000, 300_000];
const SIZES = '6';

const HEAD = ['hits a month', 'originals', ...TARIFFS, 'Cloudflare Images', 'imgix'];

const dollars = (value: number): string => `$${Math.round(value).toLocaleString('en')}`;

const months = (first: number, later: number): string => `${dollars(first)}, then ${dollars(later)}`;

const cell = ({ first, later, exceeded }: Bill): string =>
  exceeded.length > 0 ? '–' : months(first.total, later.total);

function rowOf(hits: number, originals: number): string[] {
  const workload = workloadOf(parseConfig({}), { ...DEFAULTS, hits, originals, sizes: SIZES });
  const bills = TARIFFS.map((tariff) => billOf(workload, tariff));
  const imgixIn = ({ renders }: Month) => imgix(workload, renders);
  return [
    `${hits / 1e6}M`,
    originals.toLocaleString('en'),
    ...bills.map(cell),
    dollars(cloudflareImages(workload)),
    months(imgixIn(bills[0]!.first), imgixIn(bills[0]!.later)),
  ];
}

function content(): string {
  const { bytes, milliseconds } = workloadOf(parseConfig({}), { ...DEFAULTS, hits: 1, originals: 1, sizes: SIZES });
  const averages = `An average variant of the default sizes has ${(bytes / 1_000).toFixed(0)} kB and takes ${milliseconds.toFixed(0)} ms to render.`;
  const rows = HITS.flatMap((hits) => ORIGINALS.map((originals) => rowOf(hits, originals)));
  return `${averages}\n\n${tableOf(HEAD, rows)}`;
}

runCommand(
  sectionsCommand('docs:costs', 'Writes the table of docs/costs.md from the cost model.', () => [
    { document: 'docs/costs.md', name: 'costs', content: content() },
  ]),
);
