/**
 * Damages originals of each kind and renders them, in a process of its own so that a crash shows.
 *
 *     npm run fuzz:render -- --seconds 60 [--seed N]
 *
 * Each run is one number, its seed, from which the original, the damage and the variant follow. What must not be: an
 * end of the process, an answer that is neither a picture nor a 415, metadata that gets out, a render over its time.
 * Seeds that have found something are kept in __tests__/edge/render/fuzz-seeds.json and rendered by the tests.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { renderMutant } from '../__tests__/edge/render/mutants';

/** What a render may take here, in milliseconds: half of its budget, as Lambda is about half as fast. */
const MAX_MS = 12_000;

/** What the process may take, in kilobytes: the function's memory, less what else is in it. */
const MAX_RESIDENT = 1_500_000;

interface Report {
  seed: number;
  fault?: string;
}

/** The most that this process has taken so far only grows, so the first seed over it is the one. */
function tooMuchMemory(): string | undefined {
  const { maxRSS } = process.resourceUsage();
  return maxRSS > MAX_RESIDENT ? `the process took ${maxRSS} kB` : undefined;
}

/** Renders one seed after the other, and says so before and after each. */
async function work(): Promise<void> {
  for await (const seed of seedsFromParent()) {
    const fault = (await renderMutant(seed)) ?? tooMuchMemory();
    process.send!({ seed, ...(fault && { fault }) } satisfies Report);
  }
}

async function* seedsFromParent(): AsyncGenerator<number> {
  const waiting: number[] = [];
  let wake = () => {};
  process.on('message', (seed: number) => {
    waiting.push(seed);
    wake();
  });
  for (;;) {
    while (waiting.length) yield waiting.shift()!;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

/** One child for as long as it lives and answers in time. @returns the fault of this seed, if any */
function renderIn(child: ChildProcess, seed: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (fault?: string) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(fault);
    };
    const onMessage = (report: Report) => end(report.fault);
    const onExit = (code: number | null, signal: string | null) => end(`the process ended with ${signal ?? code}`);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      end(`no answer within ${MAX_MS} ms`);
    }, MAX_MS);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(seed);
  });
}

const start = (): ChildProcess =>
  fork(__filename, ['--child'], { execArgv: process.execArgv, stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });

const isAlive = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null && child.connected;

async function fuzz(seconds: number, first: number): Promise<number> {
  const end = Date.now() + seconds * 1000;
  let child = start();
  let seed = first;
  let faults = 0;
  for (; Date.now() < end; seed++) {
    if (!isAlive(child)) child = start();
    const fault = await renderIn(child, seed);
    if (!fault) continue;
    faults++;
    child.kill();
    console.log(`seed ${seed}: ${fault}`);
  }
  child.kill();
  console.log(`${seed - first} renders from seed ${first} on, ${faults} faults.`);
  return faults;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, child: { type: 'boolean' } },
  });
  if (values.child) return work();
  const seconds = Number(values.seconds ?? 60);
  const first = Number(values.seed ?? Date.now() % 1e9);
  if (!(seconds > 0) || !Number.isInteger(first)) {
    console.error('Usage: npm run fuzz:render -- [--seconds N] [--seed N]');
    process.exitCode = 1;
    return undefined;
  }
  if (await fuzz(seconds, first)) process.exitCode = 1;
  return undefined;
}

void main();
