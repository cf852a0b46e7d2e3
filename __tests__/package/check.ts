/**
 * `npm run check:package`: packs both packages, looks at the tarball, and uses them in fresh apps as each package manager
 * installs them, down to images over HTTP.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { devDependencies, name as main } from '../../package.json';
import { name as local } from '../../local/package.json';
import { ask, askUntil, refused, run, start } from './run';

const PROJECT = join(__dirname, '..', '..');
const APPS = join(__dirname, 'apps');
const NPM_INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund'];

/** The apps, and what each has in its template. */
const TEMPLATES: Readonly<Record<string, { distributions: number; resizers: number }>> = {
  'default.ts': { distributions: 1, resizers: 1 },
  'two-in-one-stack.ts': { distributions: 2, resizers: 2 },
  'two-on-one-distribution.ts': { distributions: 1, resizers: 2 },
  'beside-a-site.ts': { distributions: 1, resizers: 2 },
};

const scratch = mkdtempSync(join(tmpdir(), 'check-package-'));

async function step(name: string, work: () => void | Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await work();
  console.log(`ok  ${name} (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
}

const write = (folder: string, file: string, value: unknown): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify(value));
};

/** A manifest of an app. @param tarballs the packages that it depends on */
const manifest = (tarballs: Record<string, string>) => ({
  name: 'app',
  private: true,
  dependencies: tarballs,
  devDependencies: Object.fromEntries(
    (['aws-cdk-lib', 'constructs', 'tsx', 'typescript', '@types/node'] as const).map((name) => [
      name,
      devDependencies[name],
    ]),
  ),
});

/** Synthesises an app as one in `folder` would be. @returns the folder of the result */
function synthesise(folder: string, app: string): string {
  cpSync(join(APPS, app), join(folder, app));
  const out = join(folder, 'cdk.out', app);
  process.env['CDK_OUTDIR'] = out;
  run(folder, 'npx', 'tsx', app);
  delete process.env['CDK_OUTDIR'];
  const template = JSON.stringify(JSON.parse(readFileSync(join(out, 'Images.template.json'), 'utf8')));
  const count = (text: string) => template.split(text).length - 1;
  const found = {
    distributions: count('"Type":"AWS::CloudFront::Distribution"'),
    resizers: count('"EventType":"origin-response"'),
  };
  assert.deepEqual(found, TEMPLATES[app], app);
  return out;
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
  const { stdout, status } = spawnSync('npx', ['tsc', '--pretty', 'false', '-p', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
  assert.equal(status === 0, errors.length === 0, stdout);
  assert.deepEqual(
    errors.filter((line) => !/node_modules\/aws-cdk-lib\//.test(line)),
    [],
  );
}

const paint = (file: string, background: string): Promise<unknown> =>
  sharp({ create: { width: 800, height: 600, channels: 3, background } })
    .jpeg()
    .toFile(file);

/** An empty folder to its first image, by the commands of the README. */
async function tryInit(folder: string, mainTarball: string, localTarball: string): Promise<void> {
  mkdirSync(folder);
  run(folder, 'npx', '-y', '--prefer-offline', `--package=${mainTarball}`, main, 'init');
  // The registry may not have these versions.
  const file = join(folder, 'package.json');
  const written = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof manifest>;
  written.dependencies[main] = mainTarball;
  Object.assign(written.devDependencies, manifest({}).devDependencies, { [local]: localTarball });
  writeFileSync(file, JSON.stringify(written));
  run(folder, 'npm', ...NPM_INSTALL);
  const { url, output, end } = await start(folder);
  try {
    const [, example] = /^ {2}(http\S+)/m.exec(output)!;
    assert.ok(example!.startsWith(url));
    assert.equal((await ask(example!)).status, 200);
    const [, playground] = /^Playground: (http\S+)/m.exec(output)!;
    for (const path of ['/', '/main.js', '/style.css']) assert.equal((await ask(playground! + path)).status, 200, path);
    // The config is that of the folder, as it is written.
    const keys = join(folder, 'keys.txt');
    writeFileSync(keys, 'harbour.jpg\n');
    assert.match(run(folder, 'npx', main, 'warm', url, '--keys', keys, '--dry-run'), /^\d+ requests, /);
    const [code, sentence] = refused(folder, 'playground', url, '--keys', keys, '--config', 'none.ts');
    assert.deepEqual([code, sentence], [2, `There is no config ${join(folder, 'none.ts')}.\n`]);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const [, elsewhere] = refused(empty, 'warm', url, '--keys', keys);
    assert.match(
      elsewhere,
      /^There is no resizer\.config\.ts in this folder\. Give the deployed config with --config\.\n$/,
    );
  } finally {
    await end();
  }
}

/** Two resizers beside a site: images below both bases, an overwrite in each, and errors of the site. */
async function trySite(folder: string, cdkOut: string): Promise<void> {
  const images = { Photos: '/img', Products: '/products' };
  for (const name of Object.keys(images)) {
    mkdirSync(join(folder, name));
    await paint(join(folder, name, 'a.jpg'), 'red');
  }
  const originals = Object.keys(images).flatMap((name) => ['--originals', `${name}=${join(folder, name)}`]);
  const { url, end } = await start(folder, '--app', cdkOut, ...originals);
  try {
    for (const [name, base] of Object.entries(images)) {
      const path = '/300x300/a.jpg';
      // Of the site's empty bucket, and kept by the cache that they share.
      const ofSite = await ask(url + path);
      assert.ok([403, 404].includes(ofSite.status) && ofSite.error === null, JSON.stringify(ofSite));
      const first = await ask(url + base + path);
      assert.equal(first.status, 200, name);
      await paint(join(folder, name, 'a.jpg'), 'blue');
      const second = await askUntil(url + base + path, ({ etag }) => etag !== first.etag);
      assert.equal(second.status, 200, name);
      assert.equal((await ask(`${url}${base}/300x300/b.jpg`)).error, 'NOT_FOUND');
      assert.deepEqual(await ask(url + path), ofSite);
    }
  } finally {
    await end();
  }
}

async function check(): Promise<void> {
  const npmPack = (folder: string): string => {
    const [packed] = JSON.parse(
      run(join(PROJECT, folder), 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', scratch),
    ) as { filename: string; size: number }[];
    console.log(`    ${packed!.filename}: ${Math.round(packed!.size / 1024)} KiB`);
    return `file:${join(scratch, packed!.filename)}`;
  };
  let mainTarball = '';
  let localTarball = '';
  const hoisted = join(scratch, 'hoisted');
  await step('build and pack', () => {
    run(PROJECT, 'npm', 'run', 'build');
    mainTarball = npmPack('.');
    localTarball = npmPack('local');
  });
  const path = mainTarball.slice('file:'.length);
  await step('publint', () => void run(scratch, 'npx', '-y', '--prefer-offline', 'publint@0.3.25', '--strict', path));
  await step(
    'arethetypeswrong',
    () => void run(scratch, 'npx', '-y', '--prefer-offline', '@arethetypeswrong/cli@0.18.5', path),
  );
  await step('npm, hoisted: init, install, start, and the first image', () =>
    tryInit(hoisted, mainTarball, localTarball),
  );
  await step('strict types', () => typeCheck(hoisted));
  for (const app of Object.keys(TEMPLATES)) await step(`template of ${app}`, () => void synthesise(hoisted, app));
  await step('two resizers beside a site, over HTTP', () =>
    trySite(hoisted, join(hoisted, 'cdk.out', 'beside-a-site.ts')),
  );
  await step('npm, in a workspace, without the local distribution', () => {
    const root = join(scratch, 'workspace');
    const folder = join(root, 'packages', 'app');
    write(root, 'package.json', { name: 'root', private: true, workspaces: ['packages/*'] });
    write(folder, 'package.json', manifest({ [main]: mainTarball }));
    run(root, 'npm', ...NPM_INSTALL);
    synthesise(folder, 'default.ts');
    const [code, sentence] = refused(folder, 'start');
    assert.equal(code, 2);
    assert.match(sentence, /^start .*npm install --save-dev --save-exact cloudfront-image-resizer-local@\S+\n$/);
  });
  await step('pnpm', () => {
    const folder = join(scratch, 'pnpm');
    write(folder, 'package.json', {
      ...manifest({ [main]: mainTarball, [local]: localTarball }),
      pnpm: { onlyBuiltDependencies: ['esbuild'] },
    });
    run(folder, 'npx', '-y', '--prefer-offline', 'pnpm@10', 'install', '--prefer-offline');
    synthesise(folder, 'default.ts');
    assert.match(run(folder, 'npx', main, 'start', '--help'), /--app/);
  });
}

check()
  .catch((error: unknown) => {
    console.error(`not ok: ${(error as Error).message}`);
    process.exitCode = 1;
  })
  .finally(() => rmSync(scratch, { recursive: true, force: true }));
