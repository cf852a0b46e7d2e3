/**
 * `npm run count:lines`: counts the lines of code that a request runs through, from its URL to a rendered variant, and
 * compares them with the goal. Comments, blank lines, and what all parts share, like `limits.ts`, `failure.ts` and
 * `metrics.ts`, do not count. Fails if a file is too long.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

const GOAL_LINES = 1_900;
const MAX_FILE_LINES = 300;

/** Files and folders, in the order in which a request meets them. */
const REQUEST_PATH = [
  'edge/viewer-request',
  'edge/path.ts',
  'edge/variant.ts',
  'edge/size.ts',
  'edge/allow-list.ts',
  'edge/crop-name.ts',
  'edge/named-preset.ts',
  'edge/grammar-constants.ts',
  'edge/origin-response',
  'edge/render-process',
  'edge/render',
];

/** Files and folders that only refuse bad input, or survive it or a failure: the goal excludes them. */
const GUARDS: Record<string, string> = {
  'edge/viewer-request/refusal.ts': 'the messages of 400, 403 and 404',
  'edge/origin-response/not-found-message.ts': 'the message of a 404',
  'edge/origin-response/stored-refusal.ts': 'refusals are stored, so that a bad original costs one render',
  'edge/origin-response/s3-failure.ts': 'what a failure of S3 means, and what the owner of the buckets can do',
  'edge/render-process':
    'a decoder that crashes, hangs or is taken over must not take the function along; else render() is called',
  'edge/render/refusals.ts': 'limits of originals, and the messages of a 415',
  'edge/render/sniff.ts': 'nothing reaches a decoder that was not meant to',
  'edge/render/clean': 'metadata and hidden data of an original that is passed on',
  'edge/render/gif': 'GIFs that the decoder takes otherwise than browsers, and what they may hide',
  'edge/render/jpeg.ts': 'JPEGs whose end is missing, and what they may hide',
  'edge/render/png.ts': 'checksums and hidden chunks',
  'edge/render/svg/decode.ts': 'texts in a wrong or undeclared encoding',
  'edge/render/svg/root.ts': 'XML bombs and malformed XML',
};

/** Features that were added after the goal was set, if they have a file or folder of their own. */
const SINCE_THE_GOAL: Record<string, string> = {
  'edge/viewer-request/signed.ts': 'signed URLs',
  'edge/viewer-request/signed-crop.ts': 'crops in a query, which signed URLs ask for',
  'edge/viewer-request/members.ts': 'folders for members only',
  'edge/crop-name.ts': 'names of crops, which signed URLs ask for',
  'edge/named-preset.ts': 'names of presets with operations, and of the facts about a picture',
  'edge/origin-response/cache-tag-header.ts': 'images below a path of a distribution that has had its own cache tags',
  'edge/render/crop.ts': 'crops, which signed URLs ask for',
  'edge/render/operations': 'operations of presets',
  'edge/render/rasterise.ts': 'trims and crops of SVGs',
  'edge/render/svg/size.ts': 'sizes of SVGs',
  'edge/render/svg/adapt.ts': 'how an SVG is drawn at a size',
  'edge/render/colour/icc.ts': 'profiles of colour spaces',
  'edge/render/colour/code-points.ts': 'colour spaces by their code points',
  'edge/render/colour/wide-gamut.ts': 'colours that sRGB does not have',
  'edge/render/heif': 'HEIC, and how AVIFs are coded',
  'edge/render/tiff.ts': 'pixels and their profile on the way to sharp, for HEIC and wide colours',
  'edge/render/info.ts': 'the facts about a picture',
  'edge/render/perceptual': 'a quality for each photograph',
  'edge/render/lossless.ts': 'whether a graphic is smaller without loss',
  'edge/render/texture.ts': 'what that depends on',
  'edge/render/format-reason.ts': 'why a picture has its format, for the log and the playground',
};

const filesOf = (path: string): string[] =>
  statSync(join(ROOT, path)).isDirectory()
    ? readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(path, name))
        .sort()
    : [path];

const isCode = (line: string): boolean => !/^\s*(?:$|\/\/|\/?\*)/.test(line);

/** The entry of a table that a file belongs to. */
const entryOf = (table: Record<string, string>, file: string): string | undefined =>
  Object.keys(table).find((entry) => file === entry || file.startsWith(`${entry}/`));

const counted = REQUEST_PATH.flatMap(filesOf).map((file) => {
  const lines = readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n');
  const [guard, feature] = [entryOf(GUARDS, file), entryOf(SINCE_THE_GOAL, file)];
  const kind = guard ? 'guard' : feature ? 'later' : '';
  return { file, lines: lines.length, code: lines.filter(isCode).length, kind, entry: guard ?? feature };
});

const print = (lines: number, text: string): void => console.log(`${String(lines).padStart(5)} ${text}`);

/** Prints how much code some files have together. */
const printSum = (isIn: (file: (typeof counted)[number]) => boolean, text: string): void =>
  print(
    counted.filter(isIn).reduce((sum, { code }) => sum + code, 0),
    text,
  );

for (const { file, code, kind } of counted) print(code, `${kind.padEnd(5)} ${file}`);
console.log();
printSum(({ kind }) => kind === 'guard', 'in guards');
printSum(({ kind }) => kind === 'later', 'in features that were added after the goal was set:');
for (const [name, what] of Object.entries(SINCE_THE_GOAL))
  printSum(({ kind, entry }) => kind === 'later' && entry === name, `  ${what}`);
printSum(({ kind }) => kind === '', `in the rest, for which the goal is ${GOAL_LINES}`);

const missing = [GUARDS, SINCE_THE_GOAL].flatMap((table) =>
  Object.keys(table).filter((entry) => !counted.some(({ file }) => entryOf(table, file) === entry)),
);
const long = counted.filter(({ lines }) => lines > MAX_FILE_LINES);
for (const entry of missing) console.error(`There is no ${entry}.`);
for (const { file, lines } of long) console.error(`${file} has ${lines} lines, of at most ${MAX_FILE_LINES}.`);
if (missing.length + long.length > 0) process.exitCode = 1;
