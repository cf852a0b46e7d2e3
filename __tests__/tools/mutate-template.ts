/**
 * `npm run mutate:template`: breaks the synthesised template and its assets in many ways, and reports what catches each: the local
 * distribution that refuses to start, the tests of the template, or the tests over HTTP.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeployment } from '../../local/src/deployment/read';
import { synthesise } from '../../stack/synthesise';
import { EXIT, commandLine, runCommand } from '../../scripts/command-line';
import { MUTATIONS } from './mutations/mutations';
import { PRO_MUTATIONS } from './mutations/plan-mutations';
import { type Mutation, mutateAssembly } from './mutations/template';
import { UsageError } from '../../scripts/usage';

const PROJECT = join(__dirname, '..', '..');

/** The suites that a broken template has to get past, the quick one first. */
const SUITES = {
  'template tests': '__tests__/stack/template.test.ts',
  'HTTP tests': '__tests__/local/local-distribution.test.ts',
};

type Plan = 'pro' | undefined;

/** The first test that fails against an assembly. */
async function failingTest(suite: string, cdkOut: string, plan: Plan): Promise<string | undefined> {
  const args = [join('node_modules', 'jest', 'bin', 'jest.js'), suite, '--bail', '--verbose'];
  const child = spawn(process.execPath, args, {
    cwd: PROJECT,
    env: { ...process.env, CDK_OUT: cdkOut, RESIZER_PLAN: plan ?? '' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return code === 0
    ? undefined
    : (/✕ (.+?)(?: \(\d+ ms\))?$/m.exec(output)?.[1] ?? /● (.+)/.exec(output)?.[1] ?? 'suite');
}

interface Catch {
  by: string;
  how: string;
}

async function catcherOf(cdkOut: string, plan: Plan): Promise<Catch | undefined> {
  try {
    readDeployment(cdkOut);
  } catch (error) {
    return { by: 'local distribution', how: (error as Error).message };
  }
  for (const [by, suite] of Object.entries(SUITES)) {
    const how = await failingTest(suite, cdkOut, plan);
    if (how) return { by, how };
  }
  return undefined;
}

const program = commandLine('mutate:template')
  .description('Breaks the template in many ways, and reports what catches each.')
  .argument('[texts...]', 'only mutations whose names contain one of these');

/** A template, and ways to break it. */
interface Subject {
  plan: Plan;
  mutations: [name: string, change: Mutation][];
}

const SUBJECTS: Subject[] = [
  { plan: undefined, mutations: Object.entries(MUTATIONS) },
  { plan: 'pro', mutations: Object.entries(PRO_MUTATIONS) },
];

/** The subjects with the mutations that are meant. @throws UsageError if none is */
function chosen(texts: string[]): Subject[] {
  const isMeant = (name: string) => texts.length === 0 || texts.some((text) => name.includes(text));
  const found = SUBJECTS.map(({ plan, mutations }) => ({
    plan,
    mutations: mutations.filter(([name]) => isMeant(name)),
  })).filter(({ mutations }) => mutations.length > 0);
  if (found.length === 0) throw new UsageError(`No mutation has ${texts.join(' or ')} in its name.`);
  return found;
}

/** Synthesises the app, with a plan or without one. */
async function synthesiseWith(plan: Plan, folder: string): Promise<string> {
  const out = join(folder, 'base');
  if (plan === undefined) {
    await synthesise(out);
    return out;
  }
  const config = join(folder, 'resizer.config.cjs');
  writeFileSync(config, `module.exports = ${JSON.stringify({ stack: { plan, subscribe: true } })};\n`);
  await synthesise(out, config);
  return out;
}

/** Breaks one template in each way. @returns how many ways are not caught */
async function mutate({ plan, mutations }: Subject): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
  let missed = 0;
  try {
    const base = await synthesiseWith(plan, folder);
    const all: Subject['mutations'] = [[plan ? `(${plan} as it is)` : '(as it is)', () => undefined], ...mutations];
    for (const [index, [name, change]] of all.entries()) {
      const mutated = join(folder, String(index));
      mutateAssembly(base, mutated, change);
      const caught = await catcherOf(mutated, plan);
      const isFine = index === 0 ? !caught : Boolean(caught);
      if (!isFine) missed++;
      console.log(
        `${isFine ? ' ' : '!'} ${name.padEnd(44)} ${(caught?.by ?? 'nothing').padEnd(20)} ${caught?.how ?? ''}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return missed;
}

async function main(): Promise<number> {
  const subjects = chosen(program.parse().args);
  let missed = 0;
  for (const subject of subjects) missed += await mutate(subject);
  const count = subjects.reduce((sum, { mutations }) => sum + mutations.length, 0);
  console.log(`\n${count} mutations, ${missed} of them not caught.`);
  return missed ? EXIT.failed : EXIT.done;
}

runCommand(main);
