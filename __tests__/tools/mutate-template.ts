/**
 * `npm run mutate:template`: breaks the synthesised template and its assets in many ways, and reports what catches each: the local
 * distribution that refuses to start, the tests of the template, or the tests over HTTP.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResizerConfig } from '../../edge/config/schema';
import { readDeployment } from '../../local/src/deployment/read';
import { synthesise } from '../../stack/synthesise';
import { EXIT, commandLine, runCommand } from '../../scripts/command-line';
import { CONFIG_WITH_MEMBERS } from '../with-members';
import { MEMBER_MUTATIONS } from './mutations/member-mutations';
import { MUTATIONS } from './mutations/mutations';
import { PRO_MUTATIONS } from './mutations/plan-mutations';
import { type Mutation, mutateAssembly } from './mutations/template';
import { UsageError } from '../../scripts/usage';

const PROJECT = join(__dirname, '..', '..');

/** Tests that a broken template has to get past, by what they are, the quick ones first. */
type Suites = Readonly<Record<string, string>>;

const SUITES: Suites = {
  'template tests': '__tests__/stack/template.test.ts',
  'HTTP tests': '__tests__/local/local-distribution.test.ts',
};

const MEMBER_SUITES: Suites = {
  'template tests': '__tests__/stack/members.test.ts',
  'HTTP tests': '__tests__/local/members-and-signatures.test.ts',
};

/** The first test that fails against an assembly. */
async function failingTest(suite: string, environment: Record<string, string>): Promise<string | undefined> {
  const args = [join('node_modules', 'jest', 'bin', 'jest.js'), suite, '--bail', '--verbose'];
  const child = spawn(process.execPath, args, {
    cwd: PROJECT,
    env: { ...process.env, RESIZER_PLAN: '', ...environment },
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

async function catcherOf(cdkOut: string, { suites, environment }: Subject): Promise<Catch | undefined> {
  try {
    readDeployment(cdkOut);
  } catch (error) {
    return { by: 'local distribution', how: (error as Error).message };
  }
  for (const [by, suite] of Object.entries(suites)) {
    const how = await failingTest(suite, environment(cdkOut));
    if (how) return { by, how };
  }
  return undefined;
}

const program = commandLine('mutate:template')
  .description('Breaks the template in many ways, and reports what catches each.')
  .argument('[texts...]', 'only mutations whose names contain one of these');

/** A template, ways to break it, and what catches them. */
interface Subject {
  /** Of what it is the template, where it is not that of the defaults. */
  name?: string;
  config?: ResizerConfig;
  suites: Suites;
  /** Variables by which the suites find an assembly. */
  environment(cdkOut: string): Record<string, string>;
  mutations: [name: string, change: Mutation][];
}

const SUBJECTS: Subject[] = [
  { suites: SUITES, environment: (cdkOut) => ({ CDK_OUT: cdkOut }), mutations: Object.entries(MUTATIONS) },
  {
    name: 'pro',
    config: { stack: { plan: 'pro', subscribe: true } },
    suites: SUITES,
    environment: (cdkOut) => ({ CDK_OUT: cdkOut, RESIZER_PLAN: 'pro' }),
    mutations: Object.entries(PRO_MUTATIONS),
  },
  {
    name: 'members',
    config: CONFIG_WITH_MEMBERS,
    suites: MEMBER_SUITES,
    // These suites need no other one.
    environment: (cdkOut) => ({ CDK_OUT: cdkOut, CDK_OUT_WITH_MEMBERS: cdkOut }),
    mutations: Object.entries(MEMBER_MUTATIONS),
  },
];

/** The subjects with the mutations that are meant. @throws UsageError if none is */
function chosen(texts: string[]): Subject[] {
  const isMeant = (name: string) => texts.length === 0 || texts.some((text) => name.includes(text));
  const found = SUBJECTS.map(({ mutations, ...subject }) => ({
    ...subject,
    mutations: mutations.filter(([name]) => isMeant(name)),
  })).filter(({ mutations }) => mutations.length > 0);
  if (found.length === 0) throw new UsageError(`No mutation has ${texts.join(' or ')} in its name.`);
  return found;
}

/** Synthesises the app with a config, or with that of the project. */
async function synthesiseWith(config: ResizerConfig | undefined, folder: string): Promise<string> {
  const out = join(folder, 'base');
  const file = join(folder, 'resizer.config.cjs');
  if (config) writeFileSync(file, `module.exports = ${JSON.stringify(config)};\n`);
  await synthesise(out, config && file);
  return out;
}

/** Breaks one template in each way. @returns how many ways are not caught */
async function mutate(subject: Subject): Promise<number> {
  const { name: of, config, mutations } = subject;
  const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
  let missed = 0;
  try {
    const base = await synthesiseWith(config, folder);
    const all: Subject['mutations'] = [[of ? `(${of} as it is)` : '(as it is)', () => undefined], ...mutations];
    for (const [index, [name, change]] of all.entries()) {
      const mutated = join(folder, String(index));
      mutateAssembly(base, mutated, change);
      const caught = await catcherOf(mutated, subject);
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
