import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import sharp from 'sharp';
import { ENCODERS } from '../edge/render/encoders';
import { parseConfig } from '../edge/config/schema';
import type { Bench, Context } from './bench';
import { type Server, startServer } from './server';
import { median, ratio } from './side-by-side';

const FORMATS = ['jpeg', 'webp', 'avif'] as const;
type Format = (typeof FORMATS)[number];

/** Requests of one measurement, at least. */
const MIN_REQUESTS = 8;

/** A small machine has two cores. */
const AT_ONCE = 2;

const WIDTHS = [320, 640, 1280];
const DEFAULT_WIDTH = 640;

const { quality, background, limits } = parseConfig({});

/** The settings of the product's encoders for a photograph of 3:2. */
function encoder(format: Format, width: number) {
  const photograph = {
    pixels: (width * width * 2) / 3,
    animated: false,
    graphic: false,
    palette: false,
    quality,
    background,
    seconds: limits.seconds,
  };
  const { quality: own, ...more } = ENCODERS[format].options(photograph, false);
  return { quality: own, more };
}

interface Load {
  perSecond: number;
  milliseconds: number[];
}

/** Asks for every path once. */
async function load({ url }: Server, paths: string[]): Promise<Load> {
  const began = performance.now();
  const milliseconds = await pMap(
    paths,
    async (path) => {
      const asked = performance.now();
      const response = await fetch(url + path);
      if (!response.ok) throw new Error(`${url}${path} is answered with ${response.status}`);
      await response.arrayBuffer();
      return performance.now() - asked;
    },
    { concurrency: AT_ONCE },
  );
  return { perSecond: (paths.length / (performance.now() - began)) * 1_000, milliseconds };
}

function percentile(loads: Load[], share: number): string {
  const all = loads.flatMap(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return all[Math.min(all.length - 1, Math.floor(all.length * share))]!.toFixed(0);
}

interface Sides {
  ours: Server;
  theirs: Server;
  oursPaths: string[];
  theirsPaths: string[];
}

async function compare({ ours, theirs, oursPaths, theirsPaths }: Sides, runs: number) {
  const [oursLoads, theirsLoads]: [Load[], Load[]] = [[], []];
  await load(ours, oursPaths.slice(0, 1));
  await load(theirs, theirsPaths.slice(0, 1));
  for (let at = 0; at < runs; at++) {
    oursLoads.push(await load(ours, oursPaths));
    theirsLoads.push(await load(theirs, theirsPaths));
  }
  const rates = (loads: Load[]) => loads.map(({ perSecond }) => perSecond);
  const cells = (loads: Load[]) => [
    median(rates(loads)).toFixed(1),
    `${percentile(loads, 0.5)} / ${percentile(loads, 0.95)}`,
  ];
  return [...cells(oursLoads), ...cells(theirsLoads), ratio(rates(oursLoads), rates(theirsLoads))];
}

const HEAD = ['format', 'width', 'ours, a second', 'p50 / p95 ms', 'ipx, a second', 'p50 / p95 ms', 'ratio'];

async function measure(folder: string, { photographs, runs, log }: Context) {
  const widths = new Map<string, number>();
  for (const { name, body } of photographs.files) {
    writeFileSync(join(folder, name), body);
    widths.set(name, (await sharp(body).metadata()).autoOrient.width);
  }
  /** Repeated as often as needed. Smaller originals are left out, since only one of the two would enlarge them. */
  const keysFor = (width: number): string[] => {
    const large = [...widths].filter(([name, own]) => own >= width && /^[\w.-]+$/.test(name)).map(([name]) => name);
    if (large.length === 0) throw new Error(`None of the photographs is ${width} pixels wide.`);
    return Array.from({ length: Math.ceil(MIN_REQUESTS / large.length) }, () => large).flat();
  };
  const ours = await startServer(['--import', 'tsx', join(__dirname, 'peer', 'ours.ts'), folder]);
  const row = async (format: Format, width: number, args: string[], modifiers: string) => {
    log(`${format}, ${width} pixels, ${args.length > 0 ? 'equal settings' : 'as it comes'}`);
    const theirs = await startServer([join(__dirname, 'peer', 'ipx.mjs'), folder, ...args]);
    try {
      const keys = keysFor(width);
      const oursPaths = keys.map((key) => `/${key}/${width}x.${format}`);
      const theirsPaths = keys.map((key) => `/w_${width},f_${format}${modifiers}/${key}`);
      return [format, width, ...(await compare({ ours, theirs, oursPaths, theirsPaths }, runs))];
    } finally {
      theirs.child.kill();
    }
  };
  const equal: (string | number)[][] = [];
  const asItComes: (string | number)[][] = [];
  try {
    for (const format of FORMATS) {
      for (const width of WIDTHS) {
        const { quality: of, more } = encoder(format, width);
        equal.push(await row(format, width, [JSON.stringify({ [format]: more })], `,q_${of}`));
      }
      asItComes.push(await row(format, DEFAULT_WIDTH, [], ''));
    }
  } finally {
    ours.child.kill();
  }
  return [
    {
      title: 'Renders a second, equal formats, sizes and settings of the encoders (goal: faster in every row)',
      head: HEAD,
      rows: equal,
    },
    { title: 'ipx as it comes: its own quality, and sharp’s own effort', head: HEAD, rows: asItComes },
  ];
}

export const peer: Bench = {
  about:
    'Renders a second over HTTP without any cache: the renderer behind Node’s own server, and ipx 3.1.1 with the same sharp.',
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-peer-'));
    try {
      return await measure(folder, context);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
