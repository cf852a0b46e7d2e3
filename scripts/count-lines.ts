/**
 * `npm run count:lines`: counts the code that a request meets, from its URL to a rendered variant, beside the goal for
 * it. Comments and blank lines do not count. Fails for a file that is too long.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

const GOAL_LINES = 1_900;
const MAX_FILE_LINES = 300;

/** Files and folders, in the order in which a request meets them. */
const REQUEST_PATH = [
  'edge/viewer-request',
  'edge/variant.ts',
  'edge/origin-response',
  'edge/render-process',
  'edge/render',
];

/** Files and folders whose only purpose is to refuse bad input or to survive it, each with what would go without them. */
const GUARDS: Record<string, string> = {
  'edge/viewer-request/refusal.ts': 'the messages of 400, 403 and 404',
  'edge/origin-response/stored-refusal.ts': 'refusals are stored, so that a bad original costs one render',
  'edge/render-process':
    'a decoder that crashes, hangs or is taken over must not take the function along; else render() is called',
  'edge/render/refusals.ts': 'limits of originals, and the messages of a 415',
  'edge/render/sniff.ts': 'nothing reaches a decoder that was not meant to',
  'edge/render/clean': 'metadata and hidden data of an original that is passed on',
  'edge/render/gif.ts': 'GIFs that the decoder takes otherwise than browsers, and what they may hide',
  'edge/render/jpeg.ts': 'JPEGs whose end is missing, and what they may hide',
  'edge/render/png.ts': 'checksums and hidden chunks',
  'edge/render/svg/decode.ts': 'texts in a wrong or undeclared encoding',
  'edge/render/svg/root.ts': 'XML bombs and malformed XML',
};

const filesOf = (path: string): string[] =>
  statSync(join(ROOT, path)).isDirectory()
    ? readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(path, name))
        .sort()
    : [path];

const isCode = (line: string): boolean => !/^\s*(?:$|\/\/|\/?\*)/.test(line);

/** The entry of the guards that a file belongs to. */
const guardOf = (file: string): string | undefined =>
  Object.keys(GUARDS).find((guard) => file === guard || file.startsWith(`${guard}/`));

const counted = REQUEST_PATH.flatMap(filesOf).map((file) => {
  const lines = readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n');
  return { file, lines: lines.length, code: lines.filter(isCode).length, isGuard: guardOf(file) !== undefined };
});

const total = (isGuard: boolean): number =>
  counted.reduce((sum, each) => sum + (each.isGuard === isGuard ? each.code : 0), 0);

for (const { file, code, isGuard } of counted)
  console.log(`${String(code).padStart(5)} ${isGuard ? 'guard' : '     '} ${file}`);
console.log(`${total(false)} lines of code without guards, with a goal of ${GOAL_LINES}; ${total(true)} in guards`);

const missing = Object.keys(GUARDS).filter((guard) => !counted.some(({ file }) => guardOf(file) === guard));
const long = counted.filter(({ lines }) => lines > MAX_FILE_LINES);
for (const guard of missing) console.error(`There is no ${guard}.`);
for (const { file, lines } of long) console.error(`${file} has ${lines} lines, of at most ${MAX_FILE_LINES}.`);
if (missing.length + long.length > 0) process.exitCode = 1;
