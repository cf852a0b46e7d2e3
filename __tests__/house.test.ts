import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '..');

/** Paths from the project's folder that the files of a folder may import. */
const RULES: Record<string, RegExp> = {
  edge: /^edge\//,
  playground: /^(?:edge|client|playground)\//,
  client: /^(?:client\/|edge\/(?:config\/grammar-defaults|grammar-constants|variant|path|size)$)/,
  stack: /^(?:edge|stack)\//,
  local: /^(?:local\/|edge\/(?:limits|edge-function-rules|plan-rules)$)/,
  scripts: /^(?:(?:edge|stack|local|scripts)\/|playground\/protocol$|(?:package|cdk)\.json$)/,
  bench: /^(?:(?:edge|stack|local|scripts|bench)\/|resizer\.config$)/,
};

const importsOf = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:from|import|import\(|require\()\s*'(\.[^']*)'/g)].map(
    ([, path]) => relative(ROOT, join(ROOT, file, '..', path!)),
  );

test.each(Object.entries(RULES))('%s/ imports only what it may', (folder, allowed) => {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));
  const broken = files.flatMap((file) =>
    importsOf(file)
      .filter((path) => !allowed.test(path))
      .map((path) => `${file} imports ${path}`),
  );
  expect(broken).toEqual([]);
});
