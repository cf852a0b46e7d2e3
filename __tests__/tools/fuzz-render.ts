/**
 * Damages originals of each kind, crafts others, and renders them in the process that the function renders in.
 *
 *     npm run fuzz:render -- --seconds 60 [--seed N]
 *
 * Each run is one number, its seed, from which the original and the variant follow: from 0 on bytes are damaged, below
 * fields are crafted; and once more with a preset of random operations. What must not be: a crash, an answer that is neither a picture nor a 415, metadata that gets out,
 * a good picture that is not rendered afterwards. Seeds that have found something are kept in
 * __tests__/edge/render/fuzz-seeds.json and rendered by the tests.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fixture } from '../edge/render/fixtures';
import { type Mutant, faultOf, mutantOf } from '../edge/render/mutants';
import { PRESET_SETTINGS as SETTINGS, presetMutantOf } from '../edge/render/preset-mutants';
import { parseConfig } from '../../edge/config/schema';
import { isFailure } from '../../edge/failure';
import { originResponseSettings } from '../../edge/config/settings';
import { bundleOriginResponse } from '../../stack/bundle';

const config = parseConfig({});

// As Lambda says it; read when the renderer is loaded.
process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] = String(config.stack.memoryMb);

const LEFT_MS = SETTINGS.seconds * 1_000;

async function start(folder: string) {
  bundleOriginResponse(originResponseSettings(config, config.stack.memoryMb), folder);
  const { Renderer } = await import('../../edge/render-process/renderer');
  const renderer = new Renderer(join(folder, 'render.js'), SETTINGS);
  const crashes: string[] = [];
  const render = ({ original, variant }: Pick<Mutant, 'original' | 'variant'>) =>
    renderer.render(original, { variant }, LEFT_MS, ({ endings }) => {
      crashes.push(...endings.filter(({ cause }) => cause === 'crash').map(({ detail }) => detail));
    });
  const good = await fixture('photo.jpg');
  return {
    /** Renders the mutant of a seed, and a good picture after it. @returns what went wrong, if anything did */
    async try(seed: number, mutate = mutantOf): Promise<{ fault: string | undefined; isKilled: boolean }> {
      crashes.length = 0;
      const mutant = await mutate(seed);
      const outcome = await render(mutant);
      const after = await render({ original: good, variant: { width: 50, fit: 'inside', target: 'jpeg' } });
      const crash = crashes.length ? `${mutant.name}: the process crashed, ${crashes.join()}` : undefined;
      const broken = isFailure(after) ? `${mutant.name}: then a good picture is ${after.code}` : undefined;
      const isKilled = isFailure(outcome) && outcome.killed === true;
      return { fault: broken ?? crash ?? (await faultOf(mutant, outcome)), isKilled };
    },
  };
}

async function fuzz(seconds: number, first: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const renderer = await start(folder);
    const end = Date.now() + seconds * 1_000;
    let [renders, faults, kills] = [0, 0, 0];
    for (let number = first; Date.now() < end; number++) {
      for (const [seed, mutate] of [
        [number, mutantOf],
        [-1 - number, mutantOf],
        [number, presetMutantOf],
      ] as const) {
        const { fault, isKilled } = await renderer.try(seed, mutate);
        renders++;
        if (isKilled) kills++;
        if (!fault) continue;
        faults++;
        console.log(`seed ${seed}${mutate === presetMutantOf ? ' of presets' : ''}: ${fault}`);
      }
    }
    console.log(`${renders} renders from seed ${first} on, ${kills} killed for their cost, ${faults} faults.`);
    return faults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
  const seconds = Number(values.seconds ?? 60);
  const first = Number(values.seed ?? Date.now() % 1e9);
  if (!(seconds > 0) || !Number.isInteger(first) || first < 0) {
    console.error('Usage: npm run fuzz:render -- [--seconds N] [--seed N]');
    process.exitCode = 1;
    return;
  }
  if (await fuzz(seconds, first)) process.exitCode = 1;
}

void main();
