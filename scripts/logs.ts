/** `npm run logs`: shows the logs of the functions, from all regions where CloudFront ran them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import ms, { type StringValue } from 'ms';
import { setTimeout as sleep } from 'node:timers/promises';
import { LAMBDA_EDGE, REGIONAL_EDGE_CACHES } from '../edge/limits';
import type { LogGroup } from '../edge/stack-parameter';
import { type Main, type Terminal, commandLine, runCommand } from './command-line';
import { readFunctionLine } from './console/function-log';
import { type Paint, paintOn } from './console/paint';
import { type LogEvent, LogReader } from './logs/events';
import { STACK_OPTION, readStack } from './read-stack';

interface Printing {
  /** Whether to print lines as the function wrote them. */
  json: boolean;
  /** Whether to print only what went wrong. */
  errors: boolean;
}

interface Options extends Printing {
  stack: string;
  since: number;
  follow: boolean;
}

const PAUSE_MS = 2_000;

function durationOf(text: string): number {
  const duration = /^\d.*[a-z]$/i.test(text) ? ms(text as StringValue) : undefined;
  if (!duration) throw new InvalidArgumentError('Expected a duration such as 30m, 1h or 2d.');
  return duration;
}

const commandOf = (terminal: Terminal): Command =>
  commandLine('logs', terminal)
    .description('Shows the logs of the functions from all regions where CloudFront ran them.')
    .addOption(
      new Option('--since <duration>', 'how far back, such as 30m, 1h or 2d')
        .argParser(durationOf)
        .default(ms('1h'), '1h'),
    )
    .option('--follow', 'keep printing new lines until Ctrl-C', false)
    .option('--errors', 'print only what went wrong', false)
    .option('--json', 'print the lines as the functions wrote them', false)
    .option(...STACK_OPTION);

/** @throws UsageError if the stack's parameter cannot be read */
async function logGroups(stack: string): Promise<LogGroup[]> {
  const { id, logs } = await readStack(stack);
  // CloudFront logs the answers that it rejected into a group of its own. DG: lambda-edge-testing-debugging.
  const rejected = `/aws/cloudfront/LambdaEdge/${id}`;
  const { region } = logs.renders;
  // Besides the region of the Origin Shield, CloudFront may run the function in its home region.
  const regions = region === undefined ? REGIONAL_EDGE_CACHES : [...new Set([region, LAMBDA_EDGE.region])];
  const names = [logs.renders.name, rejected];
  return [
    ...regions.flatMap((each) => names.map((name) => ({ name, region: each }))),
    logs.refresh,
    ...(logs.newGeneration ? [logs.newGeneration] : []),
  ];
}

/** An event as a line; undefined if it should not be printed. */
function lineOf({ time, message }: LogEvent, { json, errors }: Printing, paint: Paint): string | undefined {
  const line = readFunctionLine(message);
  if (!line || (errors && !line.isError)) return undefined;
  return json ? message : `${paint('quiet', new Date(time).toISOString())}  ${line.describe(paint)}`;
}

export const logs: Main = async (args, terminal) => {
  const { stack, since, follow, ...printing } = commandOf(terminal).parse(args, { from: 'user' }).opts<Options>();
  const paint = paintOn(terminal.streams.stdout);
  const from = Date.now() - since;
  const readers = (await logGroups(stack)).map((group) => new LogReader(group, from));
  for (;;) {
    const events = (await Promise.all(readers.map((reader) => reader.next()))).flat();
    for (const event of events.sort((a, b) => a.time - b.time)) {
      const line = lineOf(event, printing, paint);
      if (line !== undefined) terminal.printAsIs(line);
    }
    if (!follow || !terminal.streams.stdout.writable) return;
    await sleep(PAUSE_MS);
  }
};

if (require.main === module) runCommand(logs);
