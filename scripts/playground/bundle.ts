import { buildSync } from 'esbuild';
import { join } from 'node:path';

/** The script of the page, of all its modules. @param folder of the sources */
export function bundlePage(folder: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'main.tsx')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'eof',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}
