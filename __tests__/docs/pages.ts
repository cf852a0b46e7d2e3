import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
const COOKBOOK = join(ROOT, 'docs', 'cookbook');

/** A fenced block of code. */
export interface Block {
  language: string;
  /** The nearest heading above it, in lower case. */
  heading: string;
  code: string;
}

/** The blocks of a page, in order. */
export function blocksOf(file: string): Block[] {
  let heading = '';
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$|^```(\w+)\n([^]*?)^```$/gm)].flatMap(
    ([, title, language, code]) => {
      if (title !== undefined) heading = title.toLowerCase();
      return language === undefined ? [] : [{ language, heading, code: code! }];
    },
  );
}

/** The pages of the cookbook, and the README, by name. */
export const pages: ReadonlyMap<string, Block[]> = new Map([
  ['README', blocksOf(join(ROOT, 'README.md'))],
  ...readdirSync(COOKBOOK).map((name): [string, Block[]] => [
    name.replace(/\.md$/, ''),
    blocksOf(join(COOKBOOK, name)),
  ]),
]);

/** Every block of a language, with the name of its page. */
export const blocksIn = (language: string): [page: string, block: Block][] =>
  [...pages].flatMap(([page, blocks]) =>
    blocks.filter((block) => block.language === language).map((block): [string, Block] => [page, block]),
  );
