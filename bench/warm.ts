import autocannon from 'autocannon';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Summary } from '../scripts/warm/summary';
import type { Bench, Context, Table } from './bench';
import { withLocal } from './local';
import { startServer } from './server';
import { median, ratio } from './side-by-side';

const run = promisify(execFile);

const SCRIPT = join(__dirname, '..', 'scripts', 'warm.ts');
const PEAK = join(__dirname, 'warm', 'peak.cjs');
const ACCEPT = 'image/avif,image/webp,*/*;q=0.8';
const AT_ONCE = 16;

interface WarmSummary extends Summary {
  peakMegabytes: number;
}

const keysFor = (count: number): string[] => Array.from({ length: count }, (_, at) => `photos/2026/${at}/image.jpg`);

async function warm(url: string, folder: string, keys: string[]): Promise<WarmSummary> {
  const file = join(folder, 'keys.txt');
  writeFileSync(file, `${keys.join('\n')}\n`);
  const options = ['--sizes', '320w', '--accept', 'auto.avif', '--concurrency', String(AT_ONCE), '--json'];
  const args = ['--no-warnings', '--require', PEAK, '--import', 'tsx', SCRIPT, url, '--keys', file, ...options];
  const { stdout, stderr } = await run(process.execPath, args, { maxBuffer: 1e8 });
  const [, kilobytes] = /^peak (\d+)$/m.exec(stderr)!;
  return { ...(JSON.parse(stdout) as Summary), peakMegabytes: Number(kilobytes) / 1_000 };
}

const rateOf = ({ rendered, stored, cached, seconds }: Summary): number => (rendered + stored + cached) / seconds;

async function cannon(url: string, keys: string[]): Promise<number> {
  const requests = keys.map((key) => ({ path: `/${key}/320x.auto.avif`, headers: { accept: ACCEPT } }));
  const result = await autocannon({ url, connections: AT_ONCE, amount: keys.length, requests });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed.`);
  return result['2xx'] / result.duration;
}

async function rates(name: string, url: string, folder: string, keys: string[], { runs, log }: Context) {
  log(name);
  const [ours, theirs]: [number[], number[]] = [[], []];
  await warm(url, folder, keys);
  for (let at = 0; at < runs; at++) {
    ours.push(rateOf(await warm(url, folder, keys)));
    theirs.push(await cannon(url, keys));
  }
  return [name, median(ours).toFixed(0), median(theirs).toFixed(0), ratio(ours, theirs)];
}

async function withServer<T>(use: (url: string) => Promise<T>): Promise<T> {
  const { url, child } = await startServer([join(__dirname, 'warm', 'server.cjs')]);
  try {
    return await use(url);
  } finally {
    child.kill();
  }
}

async function measure(folder: string, context: Context): Promise<Table[]> {
  const rows = [
    await withLocal(async (local) => {
      const photo = await context.photographs.ofMegapixels(1);
      const keys = keysFor(200);
      for (const key of keys) await local.put(key, photo);
      return rates('the local distribution', local.url, folder, keys, context);
    }),
  ];
  return withServer(async (url) => {
    rows.push(await rates('a server that only answers', url, folder, keysFor(20_000), context));
    const peaks: string[] = [];
    for (const count of [10_000, 1_000_000]) {
      context.log(`${count} requests`);
      peaks.push(`${(await warm(url, folder, keysFor(count))).peakMegabytes.toFixed(0)} MB`);
    }
    return [
      {
        title: 'Requests a second for cached variants, 16 at once',
        head: ['against', 'npm run warm', 'autocannon', 'ratio'],
        rows,
      },
      {
        title: 'Peak resident memory of npm run warm',
        head: ['10,000 requests', '1,000,000 requests'],
        rows: [peaks],
      },
    ];
  });
}

export const warming: Bench = {
  about: 'npm run warm against cached variants: requests a second beside autocannon, and memory by requests.',
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-warm-'));
    try {
      return await measure(folder, context);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
