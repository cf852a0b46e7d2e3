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

/** What the package declares is installed with it; all else is bundled, which keeps the trees of its users small. */
const EXTERNAL = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What front ends import, too: the source of each by its name below the package's own. */
function modulesForAll(): Record<string, string> {
  const client = join(PROJECT, 'client');
  const files = existsSync(client) ? readdirSync(client).filter((file) => /^[\w-]+\.ts$/.test(file)) : [];
  const entries = files
    .sort()
    .map((file) => [file === 'index.ts' ? 'client' : `client/${parse(file).name}`, `client/${file}`]);
  return { config: 'edge/config/index.ts', ...Object.fromEntries(entries) };
}

/** Writes what can be imported into package.json, whose exports would else lack a new file of `client/`. */
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
    // Each script runs itself where it is the program; here the command is.
    define: { 'require.main': 'undefined' },
    logLevel: 'warning',
    ...options,
  });
}

/** Both forms of a module that front ends import, each with types of its kind. */
function bundleForAll(entryPoint: string, name: string): void {
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

/** The files of the playground's page, its script in one. */
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
const modules = modulesForAll();
for (const [name, source] of Object.entries(modules)) bundleForAll(source, name);
writeExports(Object.keys(modules));
bundle('scripts/cli.ts', 'cli.js', {
  minify: true,
  // The files that init writes have lines that begin with import, which tools would take for those of a module.
  supported: { 'template-literal': false },
  banner: { js: '#!/usr/bin/env node' },
});
chmodSync(join(DIST, 'cli.js'), 0o755);
buildParts(join(DIST, 'parts'));
writePage(join(DIST, 'parts', 'playground'));

rmSync(join(LOCAL, 'dist'), { recursive: true, force: true });
// All of it is bundled, so apps that install it need none of its dependencies.
bundle('local/src/index.ts', '../local/dist/index.js', { external: [], minify: true, keepNames: true });
// They run as processes of their own.
for (const file of ['runtime.cjs', 'njs-host.cjs'])
  cpSync(join(LOCAL, 'src', 'functions', file), join(LOCAL, 'dist', file));
