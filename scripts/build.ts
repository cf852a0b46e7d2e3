/** `npm run build`: both packages as they are published, in `dist/` and in `local/dist/`. */
import { type BuildOptions, buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, parse, relative } from 'node:path';
import { buildParts } from '../stack/bundle';
import { bundlePage } from './playground/bundle';
import { CONTENT_TYPES as PAGE, SOURCES as PAGE_SOURCES } from './playground/page';

const PROJECT = join(__dirname, '..');
const DIST = join(PROJECT, 'dist');
const LOCAL = join(PROJECT, 'local');

interface Manifest {
  exports: Record<string, unknown>;
  typesVersions: Record<string, Record<string, string[]>>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const MANIFEST = join(PROJECT, 'package.json');
const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest;

/** Declared dependencies are installed with the package; all others are bundled, so that users install less. */
const EXTERNAL = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** The modules that front ends import, too: sources by import path. */
function frontEndModules(): Record<string, string> {
  const client = join(PROJECT, 'client');
  const files = existsSync(client) ? readdirSync(client).filter((file) => /^[\w-]+\.ts$/.test(file)) : [];
  const entries = files
    .sort()
    .map((file) => [file === 'index.ts' ? 'client' : `client/${parse(file).name}`, `client/${file}`]);
  return { config: 'edge/config/index.ts', ...Object.fromEntries(entries) };
}

/** Writes the exports of package.json, so that a new file in `client/` can be imported. */
function writeExports(names: string[]): void {
  const { '.': main, './package.json': own } = manifest.exports;
  const forms = (name: string) => ({
    import: { types: `./dist/${name}.d.mts`, default: `./dist/${name}.mjs` },
    require: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
  });
  manifest.exports = {
    '.': main,
    ...Object.fromEntries(names.map((name) => [`./${name}`, forms(name)])),
    './package.json': own,
  };
  manifest.typesVersions = { '*': Object.fromEntries(names.map((name) => [name, [`./dist/${name}.d.ts`]])) };
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  if (text !== readFileSync(MANIFEST, 'utf8')) writeFileSync(MANIFEST, text);
}

function bundle(entryPoint: string, file: string, options: BuildOptions = {}): void {
  buildSync({
    entryPoints: [join(PROJECT, entryPoint)],
    outfile: join(DIST, file),
    absWorkingDir: PROJECT,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    external: EXTERNAL,
    minifySyntax: true,
    legalComments: 'eof',
    // Scripts run themselves if they are the main module; in the bundle, the command line calls them.
    define: { 'require.main': 'undefined' },
    logLevel: 'warning',
    ...options,
  });
}

/** A module for front ends, as CommonJS and as an ES module, each with its types. */
function bundleForFrontEnds(entryPoint: string, name: string): void {
  const options: BuildOptions = { platform: 'neutral', target: 'es2022' };
  bundle(entryPoint, `${name}.js`, options);
  bundle(entryPoint, `${name}.mjs`, { ...options, format: 'esm' });
  const types = relative(join(DIST, dirname(name)), join(DIST, 'types', entryPoint)).replace(/\.ts$/, '.js');
  for (const extension of ['d.ts', 'd.mts']) {
    writeFileSync(
      join(DIST, `${name}.${extension}`),
      `export * from '${types.startsWith('.') ? types : `./${types}`}';\n`,
    );
  }
}

/** The files of the playground's page, with its script as one bundle. */
function writePage(folder: string): void {
  mkdirSync(folder);
  for (const file of Object.keys(PAGE)) {
    if (file === 'main.js') writeFileSync(join(folder, file), bundlePage(PAGE_SOURCES));
    else cpSync(join(PAGE_SOURCES, file), join(folder, file));
  }
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(join(DIST, 'parts'), { recursive: true });
execFileSync(process.execPath, [join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json'], {
  cwd: PROJECT,
  stdio: 'inherit',
});
bundle('stack/index.ts', 'index.js');
const modules = frontEndModules();
for (const [name, source] of Object.entries(modules)) bundleForFrontEnds(source, name);
writeExports(Object.keys(modules));
bundle('scripts/cli.ts', 'cli.js', {
  minify: true,
  // Lines that begin with import, as in the files that init writes, would make tools think that this is a module.
  supported: { 'template-literal': false },
  banner: { js: '#!/usr/bin/env node' },
});
chmodSync(join(DIST, 'cli.js'), 0o755);
buildParts(join(DIST, 'parts'));
writePage(join(DIST, 'parts', 'playground'));

rmSync(join(LOCAL, 'dist'), { recursive: true, force: true });
// Everything is bundled, so apps that install it need none of its dependencies.
bundle('local/src/index.ts', '../local/dist/index.js', { external: [], minify: true, keepNames: true });
// These run as separate processes.
for (const file of ['runtime.cjs', 'njs-host.cjs'])
  cpSync(join(LOCAL, 'src', 'functions', file), join(LOCAL, 'dist', file));
