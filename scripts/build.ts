/** `npm run build`: the package as it is published, in `dist/`. */
import { type BuildOptions, buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildParts } from '../stack/bundle';

const PROJECT = join(__dirname, '..');
const DIST = join(PROJECT, 'dist');

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Manifest;

/** What the package declares is installed with it; all else is bundled, which keeps the trees of its users small. */
const EXTERNAL = Object.keys({ ...dependencies, ...peerDependencies });

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
  const types = `export * from './types/${entryPoint.replace(/\.ts$/, '.js')}';\n`;
  for (const extension of ['d.ts', 'd.mts']) writeFileSync(join(DIST, `${name}.${extension}`), types);
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(join(DIST, 'parts'), { recursive: true });
execFileSync(process.execPath, [join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json'], {
  cwd: PROJECT,
  stdio: 'inherit',
});
bundle('stack/index.ts', 'index.js');
bundleForAll('edge/config/index.ts', 'config');
if (existsSync(join(PROJECT, 'client/index.ts'))) bundleForAll('client/index.ts', 'client');
bundle('scripts/cli.ts', 'cli.js', {
  minify: true,
  // The files that init writes have lines that begin with import, which tools would take for those of a module.
  supported: { 'template-literal': false },
  banner: { js: '#!/usr/bin/env node' },
});
chmodSync(join(DIST, 'cli.js'), 0o755);
buildParts(join(DIST, 'parts'));
