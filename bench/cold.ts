import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { parseConfig } from '../edge/config/schema';
import { zippedBytes } from '../edge/edge-function-rules';
import { renderSettings } from '../edge/config/settings';
import type { Bench } from './bench';
import type { Trip } from './cold/in-process';
import { renderingFunction } from './function';
import { type LocalBench, withLocal } from './local';
import { median, ms, ratio } from './side-by-side';

const run = promisify(execFile);

/** Starts vary by a tenth, so they need more runs. */
const MORE_RUNS = 4;

const SHARP = require.resolve('sharp');
const CLIENT = require.resolve('@aws-sdk/client-s3');

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

interface Start {
  init: number;
  firstAnswer: number;
}

/** On one processor, like Lambda, which two starting processes have to share. */
async function start(modules: string[], event: unknown, environment: Record<string, string>): Promise<Start> {
  const input = JSON.stringify({ modules, event });
  const command = [process.execPath, join(__dirname, 'cold', 'start.cjs'), input];
  const { stdout } = await run('taskset', ['--cpu-list', '0', ...command], {
    env: { PATH: process.env['PATH']!, ...environment },
  });
  const [init, firstAnswer] = JSON.parse(stdout) as [number, number];
  return { init, firstAnswer };
}

/** The S3 client and the renderer bundled into one process. */
function bundleInProcess(folder: string): string {
  const outfile = join(folder, 'in-process.js');
  buildSync({
    entryPoints: [join(__dirname, 'cold', 'in-process.ts')],
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(__dirname, '../edge/credentials.ts'), sharp: SHARP },
    external: [SHARP],
    minify: true,
    outfile,
  });
  return outfile;
}

const tripOf = ({ buckets, deployment }: LocalBench): Trip => ({
  region: deployment.buckets[0]!.region,
  from: { Bucket: buckets.originals, Key: 'photo.jpg' },
  to: { Bucket: buckets.variants, Key: 'photo.webp' },
  variant: { width: 320, fit: 'inside', target: 'auto.webp' },
  settings: renderSettings(parseConfig({})),
});

export const cold: Bench = {
  about: 'The built asset from the start of a process: to load it, and to the first answer; and its size.',
  async run({ photographs, runs }) {
    const photo = await photographs.ofMegapixels(1);
    const folder = mkdtempSync(join(tmpdir(), 'bench-cold-'));
    const inProcess = bundleInProcess(folder);
    return withLocal(async (local) => {
      const { asset, eventFor } = renderingFunction(local);
      const index = join(asset, 'index.js');
      await local.put('photo.jpg', photo);
      const sides = {
        asset: { modules: [index], event: undefined },
        both: { modules: [CLIENT, SHARP], event: undefined },
        sharp: { modules: [SHARP], event: undefined },
        answer: { modules: [index], event: eventFor('/photo.jpg/320x.auto.webp') },
        inProcess: { modules: [inProcess], event: tripOf(local) },
      };
      const starts: Record<keyof typeof sides, Start[]> = { asset: [], both: [], sharp: [], answer: [], inProcess: [] };
      for (let at = 0; at < runs * MORE_RUNS; at++) {
        for (const [side, { modules, event }] of Object.entries(sides)) {
          starts[side as keyof typeof sides].push(await start(modules, event, local.environment));
        }
      }
      const init = (side: keyof typeof sides) => starts[side].map((each) => each.init);
      const firstAnswer = (side: keyof typeof sides) => starts[side].map((each) => each.firstAnswer);
      const zipped = zippedBytes(asset, 0);
      const sharpZipped = zippedBytes(join(asset, 'node_modules'), 0);
      return [
        {
          title: 'To load the function, while the process that renders starts, milliseconds',
          head: ['the function', 'sharp and @aws-sdk/client-s3', 'sharp alone', 'ratio to both'],
          rows: [[ms(init('asset')), ms(init('both')), ms(init('sharp')), ratio(init('asset'), init('both'))]],
        },
        {
          title:
            'From the start to the first answer on one processor, an original of 1 MP to WebP of 320 pixels (goal: under 1.5 of the S3 client and sharp in one process)',
          head: ['milliseconds', 'of which to load', 'of which get, render and put', 'one process', 'ratio'],
          rows: [
            [
              ms(firstAnswer('answer')),
              ms(init('answer')),
              median(starts.answer.map((each, at) => each.firstAnswer - starts.asset[at]!.firstAnswer)).toFixed(0),
              ms(firstAnswer('inProcess')),
              ratio(firstAnswer('answer'), firstAnswer('inProcess')),
            ],
          ],
        },
        {
          title: 'Size, zipped (goal: the rest under 1 MB, besides 2.6 MB of fonts)',
          head: ['asset', 'sharp in it', 'the rest'],
          rows: [[megabytes(zipped), megabytes(sharpZipped), megabytes(zipped - sharpZipped)]],
        },
      ];
    }).finally(() => rmSync(folder, { recursive: true }));
  },
};
