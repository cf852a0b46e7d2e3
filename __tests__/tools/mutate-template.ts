/**
 * `npm run mutate:template`: breaks the synthesised template and its assets in many ways, and reports what catches each: the local
 * distribution that refuses to start, the tests of the template, or the tests over HTTP.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeployment } from '../../local/src/deployment/read';
import { synthesise } from '../../stack/synthesise';
import { EXIT, commandLine, runCommand } from '../../scripts/command-line';
import { MUTATIONS } from './mutations/mutations';
import { type Mutation, mutateAssembly } from './mutations/template';
import { UsageError } from '../../scripts/usage';

const PROJECT = join(__dirname, '..', '..');

/** The suites that a broken template has to get past, the quick one first. */
const SUITES = {
  'template tests': '__tests__/stack/template.test.ts',
  'HTTP tests': '__tests__/local/local-distribution.test.ts',
};

/** The first test that fails against an assembly. */
async function failingTest(suite: string, cdkOut: string): Promise<string | undefined> {
  const args = [join('node_modules', 'jest', 'bin', 'jest.js'), suite, '--bail', '--verbose'];
  const child = spawn(process.execPath, args, { cwd: PROJECT, env: { ...process.env, CDK_OUT: cdkOut } });
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

async function catcherOf(cdkOut: string): Promise<Catch | undefined> {
  try {
    readDeployment(cdkOut);
  } catch (error) {
    return { by: 'local distribution', how: (error as Error).message };
  }
  for (const [by, suite] of Object.entries(SUITES)) {
    const how = await failingTest(suite, cdkOut);
    if (how) return { by, how };
  }
  return undefined;
}

const program = commandLine('mutate:template')
  .description('Breaks the template in many ways, and reports what catches each.')
  .argument('[texts...]', 'only mutations whose names contain one of these');

/** @throws UsageError if no mutation is chosen */
function chosen(texts: string[]): typeof MUTATIONS {
  const isMeant = (name: string) => texts.length === 0 || texts.some((text) => name.includes(text));
  const found = Object.entries(MUTATIONS).filter(([name]) => isMeant(name));
  if (found.length === 0) throw new UsageError(`No mutation has ${texts.join(' or ')} in its name.`);
  return Object.fromEntries(found);
}

async function main(): Promise<number> {
  const mutations = chosen(program.parse().args);
  const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
  const base = join(folder, 'base');
  const rows: string[] = [];
  let missed = 0;
  try {
    await synthesise(base);
    const all: [string, Mutation][] = [['(as it is)', () => undefined], ...Object.entries(mutations)];
    for (const [index, [name, change]] of all.entries()) {
      const mutated = join(folder, String(index));
      mutateAssembly(base, mutated, change);
      const caught = await catcherOf(mutated);
      const isFine = index === 0 ? !caught : Boolean(caught);
      if (!isFine) missed++;
      const row = `${isFine ? ' ' : '!'} ${name.padEnd(44)} ${(caught?.by ?? 'nothing').padEnd(20)} ${caught?.how ?? ''}`;
      rows.push(row);
      console.log(row);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${rows.length - 1} mutations, ${missed} of them not caught.`);
  return missed ? EXIT.failed : EXIT.done;
}

runCommand(main);
