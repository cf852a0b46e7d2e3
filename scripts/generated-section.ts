/** Sections of documents that a command writes. Two comments mark the beginning and the end of each. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { EXIT, type Main, commandLine } from './command-line';

const PROJECT = join(__dirname, '..');

export interface Section {
  /** Path from the root, such as `docs/costs.md`. */
  document: string;
  /** The word in both comments. */
  name: string;
  content: string;
}

/** The document before and after its section is written. @throws Error where the comments are missing */
async function withSection({ document, name, content }: Section, command: string) {
  const file = join(PROJECT, document);
  const [start, end] = [`<!-- ${name}: written by \`npm run ${command}\` -->`, `<!-- end of ${name} -->`];
  const before = readFileSync(file, 'utf8');
  const [from, to] = [before.indexOf(start), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${document} lacks the comments ${start} and ${end}.`);
  const text = `${before.slice(0, from)}${start}\n\n${content}\n\n${before.slice(to)}`;
  return { file, before, after: await format(text, { ...(await resolveConfig(file)), filepath: file }) };
}

/**
 * A command that writes sections. With `--check` it writes nothing, and fails if one is out of date.
 * @param command name of its npm script
 */
export const sectionsCommand =
  (command: string, description: string, sectionsOf: () => Section[]): Main =>
  async (args, terminal) => {
    const { check } = commandLine(command, terminal)
      .description(description)
      .option('--check', 'only check that they are up to date', false)
      .parse(args, { from: 'user' })
      .opts<{ check: boolean }>();
    let isCurrent = true;
    for (const section of sectionsOf()) {
      const { file, before, after } = await withSection(section, command);
      if (before === after) continue;
      isCurrent = false;
      if (check) terminal.warn(`${section.document} is out of date. Run \`npm run ${command}\`.`);
      else writeFileSync(file, after);
    }
    return check && !isCurrent ? EXIT.failed : EXIT.done;
  };

/** A table in Markdown; cells are Markdown, too. */
export const tableOf = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
