import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zippedBytes } from '../edge/edge-function-rules';
import type { Bench } from './bench';
import { renderingFunction } from './function';
import { withLocal } from './local';
import { median, ms, ratio } from './side-by-side';

const run = promisify(execFile);

/** Starts vary by a tenth from one to the next. */
const MORE_RUNS = 4;

const SHARP = require.resolve('sharp');
const CLIENT = require.resolve('@aws-sdk/client-s3');

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

interface Start {
  init: number;
  firstAnswer: number;
}

async function start(modules: string[], event: unknown, environment: Record<string, string>): Promise<Start> {
  const input = JSON.stringify({ modules, event });
  const { stdout } = await run(process.execPath, [join(__dirname, 'cold', 'start.cjs'), input], {
    env: { PATH: process.env['PATH']!, ...environment },
  });
  const [init, firstAnswer] = JSON.parse(stdout) as [number, number];
  return { init, firstAnswer };
}

export const cold: Bench = {
  about: 'The built asset from the start of a process: to load it, and to the first answer; and its size.',
  async run({ photographs, runs }) {
    const photo = await photographs.ofMegapixels(1);
    return withLocal(async (local) => {
      const { asset, eventFor } = renderingFunction(local);
      const index = join(asset, 'index.js');
      await local.put('photo.jpg', photo);
      const sides = {
        asset: { modules: [index], event: undefined },
        both: { modules: [CLIENT, SHARP], event: undefined },
        sharp: { modules: [SHARP], event: undefined },
        answer: { modules: [index], event: eventFor('/photo.jpg/320x.auto.webp') },
      };
      const starts: Record<keyof typeof sides, Start[]> = { asset: [], both: [], sharp: [], answer: [] };
      for (let at = 0; at < runs * MORE_RUNS; at++) {
        for (const [side, { modules, event }] of Object.entries(sides)) {
          starts[side as keyof typeof sides].push(await start(modules, event, local.environment));
        }
      }
      const init = (side: keyof typeof sides) => starts[side].map((each) => each.init);
      const over = (side: keyof typeof sides) => init(side).map((value, at) => value - init('sharp')[at]!);
      const zipped = zippedBytes(asset, 0);
      const sharpZipped = zippedBytes(join(asset, 'node_modules'), 0);
      return [
        {
          title: 'To load, milliseconds (goal: under 1.1 of sharp and @aws-sdk/client-s3)',
          head: [
            'the asset',
            'sharp and @aws-sdk/client-s3',
            'sharp alone',
            'ratio to both',
            'S3 client in the asset',
            'S3 client as it comes',
          ],
          rows: [
            [
              ms(init('asset')),
              ms(init('both')),
              ms(init('sharp')),
              ratio(init('asset'), init('both')),
              ms(over('asset')),
              ms(over('both')),
            ],
          ],
        },
        {
          title: 'From the start of the process to the first answer, an original of 1 MP to WebP of 320 pixels',
          head: ['milliseconds', 'of which to load', 'of which get, render and put'],
          rows: [
            [
              ms(starts.answer.map((each) => each.firstAnswer)),
              ms(init('answer')),
              median(starts.answer.map((each, at) => each.firstAnswer - starts.asset[at]!.firstAnswer)).toFixed(0),
            ],
          ],
        },
        {
          title: "Size, zipped (goal: within 1 MB of sharp's own)",
          head: ['asset', 'sharp in it', 'the rest'],
          rows: [[megabytes(zipped), megabytes(sharpZipped), megabytes(zipped - sharpZipped)]],
        },
      ];
    });
  },
};
