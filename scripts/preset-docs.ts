/**
 * Writes the table of docs/presets.md and its pictures, from the schema of presets and one example of each field. With
 * `--check`, only says whether the table is as it should be and every picture is there, and exits with 1 if not.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import sharp from 'sharp';
import { presetSchema } from '../edge/config/preset-schema';
import { grammarOf, parseConfig } from '../edge/config/schema';
import { renderSettings } from '../edge/config/settings';
import { isFailure } from '../edge/failure';
import { render } from '../edge/render';
import { readUrl } from '../edge/read-url';
import { harbour } from './make-samples';
import { EXAMPLES, type Example } from './preset-docs/examples';

const DOCS = join(__dirname, '..', 'docs');
const DOCUMENT = join(DOCS, 'presets.md');
const PICTURES = 'images/presets';
const COMMAND = 'npm run docs:presets';
const START = `<!-- presets: written by \`${COMMAND}\` -->`;
const END = '<!-- end of presets -->';

type Field = keyof typeof EXAMPLES;

const FIELDS = Object.keys(presetSchema.shape) as Field[];

const pictureOf = (field: Field): string => `${PICTURES}/${field}.webp`;

/** The field of an example as a config has it. */
function codeOf(field: Field, { preset, code }: Example): string {
  const value = JSON.stringify(preset[field])
    .replaceAll('"', "'")
    .replaceAll(/'(\w+)':/g, '$1: ')
    .replaceAll(',', ', ')
    .replaceAll(/\{(.*)\}/g, '{ $1 }');
  return `\`${code ?? `${field}: ${value}`}\``;
}

function rowOf(field: Field): string {
  const { description } = presetSchema.shape[field];
  if (description === undefined) throw new Error(`The field ${field} has no description.`);
  const example = EXAMPLES[field];
  const picture = `![${field}](${pictureOf(field)})`;
  return `| \`${field}\` | ${description} | ${codeOf(field, example)} | ${picture} | ${example.animations} |`;
}

async function document(): Promise<[before: string, after: string]> {
  const before = readFileSync(DOCUMENT, 'utf8');
  const [start, end] = [before.indexOf(START), before.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`docs/presets.md has no place for its table: ${START} … ${END}`);
  const head = ['| field | what it does | example | picture | animations |', '| --- | --- | --- | --- | --- |'];
  const table = [...head, ...FIELDS.map(rowOf)].join('\n');
  const text = `${before.slice(0, start)}${START}\n\n${table}\n\n${before.slice(end)}`;
  return [before, await format(text, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT })];
}

async function originalOf(kind: Example['original']): Promise<Buffer> {
  const picture = sharp(harbour()).resize(480).flatten({ background: 'white' });
  if (kind !== 'bordered') return picture.png().toBuffer();
  const border = { top: 60, bottom: 60, left: 80, right: 80 };
  return picture
    .extend({ ...border, background: '#eeeeee' })
    .png()
    .toBuffer();
}

/** The picture of an example, small enough to be kept beside the document. */
async function draw({ preset, original }: Example): Promise<Buffer> {
  const config = parseConfig({ presets: { example: preset } });
  const { variant } = readUrl(grammarOf(config), '/example/a.png', '')!;
  const target = variant.target === 'auto' ? 'webp' : variant.target;
  const outcome = await render(await originalOf(original), { ...variant, target }, renderSettings(config));
  if (isFailure(outcome)) throw new Error(`${JSON.stringify(preset)}: ${outcome.message}`);
  return outcome.body;
}

async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  const [before, after] = await document();
  const missing = FIELDS.filter((field) => !existsSync(join(DOCS, pictureOf(field))));
  if (isCheck) {
    if (before !== after) console.error(`docs/presets.md is not what the schema says. Run \`${COMMAND}\`.`);
    for (const field of missing) console.error(`docs/${pictureOf(field)} is missing. Run \`${COMMAND}\`.`);
    if (before !== after || missing.length > 0) process.exitCode = 1;
    return;
  }
  writeFileSync(DOCUMENT, after);
  mkdirSync(join(DOCS, PICTURES), { recursive: true });
  for (const field of FIELDS) writeFileSync(join(DOCS, pictureOf(field)), await draw(EXAMPLES[field]));
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
