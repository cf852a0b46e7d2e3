import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import type { CloudFrontResultResponse } from 'aws-lambda';
import { BOMBS as COSTLY } from './memory/costly';
import config from '../resizer.config';
import type { Bench } from './bench';
import { parseConfig } from '../edge/config/schema';
import type { Target, Variant } from '../edge/variant';
import { renderSettings } from '../edge/config/settings';
import { BOMBS, LARGEST, ORIGINALS, type Original } from './memory/originals';
import type { Job, Peak } from './memory/render-once';
import { startFunction } from './function';
import { type LocalBench, withLocal } from './local';
import { median, spread } from './side-by-side';

const run = promisify(execFile);

const TARGETS: Target[] = ['jpeg', 'webp', 'avif'];

const FULL: Variant = { fit: 'inside', target: 'avif' };

/** The renderer as one file, as it is deployed: a compiler in the process would add to its memory. */
function bundle(folder: string): string {
  const outfile = join(folder, 'render-once.js');
  buildSync({
    entryPoints: [join(__dirname, 'memory/render-once.ts')],
    bundle: true,
    platform: 'node',
    minify: true,
    outfile,
    // Beside the product's packages and not beside the file.
    alias: { sharp: require.resolve('sharp') },
    external: [require.resolve('sharp')],
  });
  return outfile;
}

interface Place {
  folder: string;
  script: string;
}

async function peakOf({ script }: Place, job: Omit<Job, 'settings'>): Promise<Peak> {
  const { stdout } = await run(process.execPath, [
    script,
    JSON.stringify({ ...job, settings: renderSettings(parseConfig(config)) }),
  ]);
  return JSON.parse(stdout) as Peak;
}

async function write({ folder }: Place, { name, make }: Original): Promise<{ path: string; size: string }> {
  const bytes = await make();
  const path = join(folder, name.replace(/\W+/g, '-'));
  writeFileSync(path, bytes);
  const size = bytes.length < 1e6 ? `${Math.ceil(bytes.length / 1e3)} kB` : `${Math.round(bytes.length / 1e6)} MB`;
  return { path, size };
}

const nameOf = ({ width, target }: Variant): string => `${width ?? 'full'} ${target}`;

/** One original against the bare pipeline, in every variant. */
async function compare(place: Place, runs: number, original: Original): Promise<string[][]> {
  const { path, size } = await write(place, original);
  const variants: Variant[] = [...TARGETS.map((target): Variant => ({ width: 640, fit: 'inside', target })), FULL];
  const rows: string[][] = [];
  for (const variant of variants) {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let at = 0; at < runs; at++) {
      ours.push((await peakOf(place, { original: path, variant, bare: false })).peak);
      bare.push((await peakOf(place, { original: path, variant, bare: true })).peak);
    }
    const ratios = ours.map((peak, at) => peak / bare[at]!);
    const whole = (values: number[]) => median(values).toFixed(0);
    rows.push([original.name, size, nameOf(variant), whole(ours), whole(bare), spread(ratios)]);
  }
  rmSync(path);
  return rows;
}

async function answer(place: Place, original: Original): Promise<string[]> {
  const { path, size } = await write(place, original);
  const full = await peakOf(place, { original: path, variant: { ...FULL, target: 'auto.avif' }, bare: false });
  rmSync(path);
  return [original.name, size, full.answer, full.before.toFixed(0), full.peak.toFixed(0)];
}

/** What a bomb takes of the function and its process together, small and as `full`. */
async function bound(local: LocalBench, name: string, make: () => Buffer | Promise<Buffer>): Promise<string[][]> {
  const lambda = startFunction(local);
  await local.put(name, await make());
  const rows: string[][] = [];
  for (const variant of ['320x', 'full-inside']) {
    const outcome = await lambda.ask(`/${name}/${variant}.auto.avif`);
    const { status, headers } = outcome.kind === 'answer' ? (outcome.value as CloudFrontResultResponse) : {};
    const code = headers?.['x-resizer-error']?.[0]?.value;
    const shown = status ? `${status}${code ? ` ${code}` : ''}` : outcome.kind;
    const peak = 'memoryMb' in outcome && outcome.memoryMb ? outcome.memoryMb.toFixed(0) : '';
    rows.push([name, variant, shown, (outcome.milliseconds / 1_000).toFixed(1), peak]);
  }
  await lambda.close();
  return rows;
}

export const memory: Bench = {
  about:
    'Peak resident memory of one render in a process of its own: against sharp alone, at the limits, and of bombs.',
  async run({ runs, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'));
    try {
      const place = { folder, script: bundle(folder) };
      const compared: string[][] = [];
      for (const original of ORIGINALS) {
        log(original.name);
        compared.push(...(await compare(place, runs, original)));
      }
      const answers: string[][] = [];
      for (const original of [...LARGEST, ...BOMBS]) {
        log(original.name);
        answers.push(await answer(place, original));
      }
      const bounded = await withLocal(async (local) => {
        const rows: string[][] = [];
        for (const [name, make] of Object.entries(COSTLY)) {
          log(name);
          rows.push(...(await bound(local, name, make)));
        }
        return rows;
      });
      return [
        {
          title: 'Originals that cost more than their header says: the function with all of its processes',
          head: ['original', 'variant', 'answer', 'seconds', 'peak, MiB'],
          rows: bounded,
        },
        {
          title: 'Peak resident memory of a render, MB (goal: ratio under 1.2)',
          head: ['original', 'size', 'variant', 'render', 'bare pipeline', 'ratio'],
          rows: compared,
        },
        {
          title: 'Peak resident memory at the limits and beyond, as `full` for `auto.avif`, MB',
          head: ['original', 'size', 'answer', 'before', 'peak'],
          rows: answers,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
