/** `npm run logs`: what the functions have logged, wherever CloudFront ran them. */
import { Command, InvalidArgumentError, Option } from 'commander';
import ms, { type StringValue } from 'ms';
import { setTimeout as sleep } from 'node:timers/promises';
import { LAMBDA_EDGE } from '../edge/limits';
import type { LogGroup } from '../edge/stack-parameter';
import { LogReader } from './logs/events';
import { type Printing, lineOf } from './logs/line';
import { readStack } from './read-stack';

interface Options extends Printing {
  stack: string;
  since: number;
  follow: boolean;
}

const PAUSE_MS = 2_000;

function durationOf(text: string): number {
  const duration = /^\d/.test(text) ? ms(text as StringValue) : undefined;
  if (duration === undefined) throw new InvalidArgumentError('Say it as in 30m, 1h or 2d.');
  return duration;
}

const program = new Command('npm run logs --')
  .description('Shows what the functions have logged, wherever CloudFront ran them.')
  .addOption(
    new Option('--since <duration>', 'how far back, such as 30m, 1h or 2d')
      .argParser(durationOf)
      .default(ms('1h'), '1h'),
  )
  .option('--follow', 'go on until Ctrl-C', false)
  .option('--errors', 'only what went wrong', false)
  .option('--json', 'as the functions wrote it', false)
  .option('--stack <name>', 'the CloudFormation stack', 'ImageResizer')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

/** @throws Error of one line */
async function logGroups(stack: string): Promise<LogGroup[]> {
  const { renders, refresh } = (await readStack(stack)).logs;
  // Beside the Origin Shield, CloudFront may run the function where it is managed.
  const regions = new Set([renders.region, LAMBDA_EDGE.region]);
  return [...[...regions].map((region) => ({ ...renders, region })), refresh];
}

/** @throws Error of one line where the shell is set to the services of this machine, which has no logs */
function checkEndpoints(): void {
  const { AWS_ENDPOINT_URL_SSM: isLocal, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs } = process.env;
  if (isLocal && !logs) throw new Error('npm start has no CloudWatch: it prints itself what the functions log.');
}

async function main(): Promise<void> {
  const { stack, since, follow, ...printing } = program.parse().opts<Options>();
  checkEndpoints();
  const from = Date.now() - since;
  const readers = (await logGroups(stack)).map((group) => new LogReader(group, from));
  for (;;) {
    const events = (await Promise.all(readers.map((reader) => reader.next()))).flat();
    for (const event of events.sort((a, b) => a.time - b.time)) {
      const line = lineOf(event, printing);
      if (line !== undefined) console.log(line);
    }
    if (!follow) return;
    await sleep(PAUSE_MS);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
});
