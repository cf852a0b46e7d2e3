/** `npm run check:package`: packs, looks at the tarball, and uses it in fresh apps as each package manager installs it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devDependencies } from '../../package.json';

const PROJECT = join(__dirname, '..', '..');
const APPS = join(__dirname, 'apps');
const scratch = mkdtempSync(join(tmpdir(), 'check-package-'));

/** @throws Error with all that the command wrote, if it fails. @returns what it wrote to stdout */
function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

function step(name: string, work: () => void): void {
  const startedAt = performance.now();
  work();
  console.log(`ok  ${name} (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
}

const write = (folder: string, file: string, value: unknown): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify(value));
};

const manifest = (tarball: string) => ({
  name: 'app',
  private: true,
  dependencies: { 'cloudfront-image-resizer': `file:${tarball}` },
  devDependencies: Object.fromEntries(
    (['aws-cdk-lib', 'constructs', 'tsx', 'typescript', '@types/node'] as const).map((name) => [
      name,
      devDependencies[name],
    ]),
  ),
});

const NPM_INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund'];

/** Synthesises the apps of this folder as an app in `folder` would. @throws Error if a template has no distribution */
function synthesise(folder: string): void {
  for (const app of readdirSync(APPS).filter((name) => name.endsWith('.ts'))) {
    cpSync(join(APPS, app), join(folder, app));
    process.env['CDK_OUTDIR'] = join(folder, 'cdk.out', app);
    run(folder, 'npx', 'tsx', app);
    const template = run(join(folder, 'cdk.out', app), 'cat', 'Images.template.json');
    if (!template.includes('AWS::CloudFront::Distribution')) throw new Error(`${app} has no distribution`);
  }
}

/** @throws Error for an error in a file that is not of aws-cdk-lib, which has some of its own under these settings */
function typeCheck(folder: string): void {
  for (const file of ['consumer.mts', 'consumer.cts']) cpSync(join(APPS, file), join(folder, file));
  write(folder, 'tsconfig.json', {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      verbatimModuleSyntax: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
    },
    files: ['consumer.mts', 'consumer.cts'],
  });
  const { stdout } = spawnSync('npx', ['tsc', '--pretty', 'false', '-p', '.'], { cwd: folder, encoding: 'utf8' });
  const errors = stdout
    .split('\n')
    .filter((line) => line.includes('error TS') && !/node_modules\/aws-cdk-lib\//.test(line));
  if (errors.length > 0) throw new Error(errors.join('\n'));
}

try {
  let tarball = '';
  step('pack', () => {
    run(PROJECT, 'npm', 'pack', '--pack-destination', scratch);
    tarball = join(
      scratch,
      readdirSync(scratch).find((name) => name.endsWith('.tgz'))!,
    );
  });
  step('publint', () => void run(scratch, 'npx', '-y', 'publint@0.3.25', '--strict', tarball));
  step('arethetypeswrong', () => void run(scratch, 'npx', '-y', '@arethetypeswrong/cli@0.18.5', tarball));
  step('npm, hoisted: types and templates', () => {
    const folder = join(scratch, 'hoisted');
    write(folder, 'package.json', manifest(tarball));
    run(folder, 'npm', ...NPM_INSTALL);
    typeCheck(folder);
    synthesise(folder);
  });
  step('npm, in a workspace', () => {
    const root = join(scratch, 'workspace');
    const folder = join(root, 'packages', 'app');
    write(root, 'package.json', { name: 'root', private: true, workspaces: ['packages/*'] });
    write(folder, 'package.json', manifest(tarball));
    run(root, 'npm', ...NPM_INSTALL);
    synthesise(folder);
  });
  step('pnpm', () => {
    const folder = join(scratch, 'pnpm');
    write(folder, 'package.json', { ...manifest(tarball), pnpm: { onlyBuiltDependencies: ['esbuild'] } });
    run(folder, 'npx', '-y', 'pnpm@10', 'install', '--prefer-offline');
    synthesise(folder);
  });
} catch (error) {
  console.error(`not ok: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
