/** `npm run focus`: shows, sets or removes the focal point of an original. */
import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { type Focus, type Point, parsePoint, printPoint } from '../edge/focus';
import { type Main, type Terminal, commandLine, runCommand } from './command-line';
import { readFocus, setFocus } from './focus/set-focus';
import { STACK_OPTION, readStack } from './read-stack';
import { UsageError } from './usage';

interface Options {
  show?: true;
  clear?: true;
  stack: string;
}

const commandOf = (terminal: Terminal): Command =>
  commandLine('focus', terminal)
    .description('Shows, sets or removes the focal point of an original, which crops keep.')
    .argument('<key>', 'key of the original, without the prefix of stack.originals')
    .argument('[point]', 'fractions of the upright picture, from the left and from the top, such as 0.31,0.62')
    .option('--show', 'print the focal point, and change nothing')
    .option('--clear', 'remove it, so that crops keep the middle')
    .option(...STACK_OPTION);

/** The task: 'show', a point to set, or undefined to remove it. @throws UsageError */
function readTask(text: string | undefined, { show, clear }: Options): 'show' | Point | undefined {
  if ([text, show, clear].filter(Boolean).length !== 1) {
    throw new UsageError('Give either a point such as 0.31,0.62, --show or --clear.');
  }
  if (show) return 'show';
  if (clear) return undefined;
  const point = parsePoint(text!);
  if (point) return point;
  throw new UsageError(
    `${JSON.stringify(text)} is not a focal point. Expected two numbers from 0 to 1, such as 0.31,0.62.`,
  );
}

const describe = ({ point, invalid }: Focus): string => {
  if (point) return printPoint(point);
  return invalid === undefined
    ? 'none: crops keep the middle'
    : `none: ${JSON.stringify(invalid)} is not a focal point, so crops keep the middle`;
};

export const focus: Main = async (args, terminal) => {
  const command = commandOf(terminal).parse(args, { from: 'user' });
  const [key, text] = command.args as [string, string?];
  const options = command.opts<Options>();
  const task = readTask(text, options);
  const { originals } = await readStack(options.stack);
  const s3 = new S3Client({ region: originals.region });
  const path = originals.prefix + key;
  if (task === 'show') return terminal.print(describe(await readFocus(s3, originals.bucket, path)));
  await setFocus(s3, originals.bucket, path, task);
  terminal.print(task ? `${key}: ${printPoint(task)}` : `${key}: ${describe({})}`);
};

if (require.main === module) runCommand(focus);
