/**
 * `npm run docs:presets`: writes the table of docs/presets.md and its pictures, from the schema of presets and one example
 * of each field. `--check` also fails if a picture is missing.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { presetSchema } from '../edge/config/preset-schema';
import { grammarOf, parseConfig } from '../edge/config/schema';
import { renderSettings } from '../edge/config/settings';
import { isFailure } from '../edge/failure';
import { render } from '../edge/render';
import { readUrl } from '../edge/read-url';
import { EXIT, type Main, runCommand } from './command-line';
import { sectionsCommand, tableOf } from './generated-section';
import { harbour } from './make-samples';
import { EXAMPLES, type Example } from './preset-docs/examples';

const DOCS = join(__dirname, '..', 'docs');
const PICTURES = 'images/presets';
const COMMAND = 'docs:presets';

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

function rowOf(field: Field): string[] {
  const { description } = presetSchema.shape[field];
  if (description === undefined) throw new Error(`The field ${field} has no description.`);
  const example = EXAMPLES[field];
  const picture = `![${field}](${pictureOf(field)})`;
  return [`\`${field}\``, description, codeOf(field, example), picture, example.animations];
}

const writeTable = sectionsCommand(COMMAND, 'Writes the table and the pictures of docs/presets.md.', () => {
  const head = ['field', 'what it does', 'example', 'picture', 'animations'];
  return [{ document: 'docs/presets.md', name: 'presets', content: tableOf(head, FIELDS.map(rowOf)) }];
});

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

const presetDocs: Main = async (args, terminal) => {
  const code = await writeTable(args, terminal);
  if (args.includes('--check')) {
    const missing = FIELDS.filter((field) => !existsSync(join(DOCS, pictureOf(field))));
    for (const field of missing) terminal.warn(`docs/${pictureOf(field)} is missing. Run \`npm run ${COMMAND}\`.`);
    return missing.length > 0 ? EXIT.failed : code;
  }
  mkdirSync(join(DOCS, PICTURES), { recursive: true });
  for (const field of FIELDS) writeFileSync(join(DOCS, pictureOf(field)), await draw(EXAMPLES[field]));
  return code;
};

runCommand(presetDocs);
