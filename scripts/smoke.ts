/** `npm run smoke`: tries every promise of a deployed distribution over HTTP, with originals of its own. */
import { HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { EXIT, type Main, type Terminal, commandLine, runCommand } from './command-line';
import { readDeployedConfig } from './deployed-config';
import { timeoutSeconds } from './numbers';
import { printable } from './printable';
import { accessChecks } from './smoke/access-checks';
import { type Check, type Context } from './smoke/check';
import { deliveryChecks } from './smoke/delivery-checks';
import { DistributionUnderTest } from './smoke/distribution';
import { freshnessChecks } from './smoke/freshness-checks';
import { infoChecks } from './smoke/info-checks';
import { refusalChecks } from './smoke/refusal-checks';
import { sizeChecks } from './smoke/size-checks';
import { type Originals, nameSubjects, removeSubjects, uploadSubjects } from './smoke/subjects';
import { type SigningOptions, cookieHeaders, withSigning } from './signed-cookies';
import { TIMEOUT_MS, UsageError, checkDistribution, urlOf } from './usage';
import { whyOf } from './why';

interface Options extends SigningOptions {
  bucket: string;
  prefix: string;
  region?: string;
  config?: string;
  /** Seconds. */
  timeout: number;
  overwrite: boolean;
}

const CHECKS: Check[] = [
  ...deliveryChecks,
  ...sizeChecks,
  ...infoChecks,
  ...refusalChecks,
  ...accessChecks,
  ...freshnessChecks,
];

const commandOf = (terminal: Terminal): Command =>
  withSigning(commandLine('smoke', terminal))
    .description('Tries every promise of a distribution with originals that it uploads, and removes them again.')
    .argument('<url>', 'the distribution, such as https://d111111abcdef8.cloudfront.net')
    .requiredOption('--bucket <name>', 'the bucket of originals')
    .option('--prefix <prefix>', 'where originals are in the bucket, with a slash at its end', '')
    .option('--region <region>', 'where the bucket is; without it, as the AWS CLI does')
    .option('--config <file>', 'the config that was deployed, in place of resizer.config.ts')
    .option('--timeout <seconds>', 'for one answer', timeoutSeconds, TIMEOUT_MS / 1_000)
    .option('--no-overwrite', 'do not overwrite and remove an original to see its variants follow');

const reasonOf = (error: Error): string =>
  error.message === 'Region is missing' ? 'its region is not known; name it by --region' : whyOf(error);

/** @throws UsageError where the bucket cannot be used */
async function openBucket({ bucket, prefix, region }: Options): Promise<Originals> {
  const client = new S3Client({ ...(region && { region }), followRegionRedirects: true });
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    const why = status === 404 ? 'there is none' : status === 403 ? 'access is denied' : reasonOf(error as Error);
    throw new UsageError(`The bucket ${bucket} cannot be used: ${why}.`);
  }
  return { client, bucket, prefix };
}

type Outcome = 'ok' | 'NO' | '–';

/** Runs the checks one after the other, and prints what came of them. */
async function runChecks(context: Context, terminal: Terminal): Promise<Outcome[]> {
  const table = new Table({ head: ['', 'promise', 'seen'], style: { head: [], border: [] } });
  const outcomes: Outcome[] = [];
  const add = (outcome: Outcome, promise: string, seen: string) => {
    outcomes.push(outcome);
    table.push([outcome, promise, printable(seen)]);
  };
  for (const { promise, run } of CHECKS) {
    if (context.stopped.aborted) break;
    try {
      const seen = await run(context);
      add(seen === undefined ? '–' : 'ok', promise, seen ?? 'does not apply');
    } catch (error) {
      if (context.stopped.aborted) break;
      add('NO', promise, (error as Error).message);
    }
  }
  terminal.printLines(table.toString());
  return outcomes;
}

export const smoke: Main = async (args, terminal) => {
  const command = commandOf(terminal).parse(args, { from: 'user' });
  const options = command.opts<Options>();
  const url = urlOf(command.args[0]!);
  const timeoutMs = options.timeout * 1_000;
  if (!/^([^/].*\/)?$/.test(options.prefix)) throw new UsageError('--prefix ends in a slash, and begins with none.');
  const config = await readDeployedConfig(options.config);
  const headers = cookieHeaders(url, options);
  await checkDistribution(url, config.base, timeoutMs, headers);
  const originals = await openBucket(options);
  const subjects = nameSubjects(options.privateKey === undefined ? undefined : config.private?.paths?.[0]);
  const stopped = terminal.streams.interruption();
  stopped.addEventListener('abort', () => terminal.warn('Cleaning up …'));
  const distribution = new DistributionUnderTest(url, timeoutMs, config.base, headers);
  try {
    await uploadSubjects(originals, subjects);
    const context = { distribution, config, originals, subjects, overwrite: options.overwrite, stopped };
    const outcomes = await runChecks(context, terminal);
    const count = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length;
    const summary = `${count('ok')} promises are kept, ${count('NO')} broken; ${count('–')} do not apply.`;
    terminal.print(stopped.aborted ? `Stopped: ${summary}` : summary);
    return stopped.aborted ? EXIT.interrupted : count('NO') > 0 ? EXIT.failed : EXIT.done;
  } finally {
    await distribution.close();
    await removeSubjects(originals, subjects);
    terminal.print('The originals are removed again; what was made of them goes with the refresh.');
  }
};

if (require.main === module) runCommand(smoke);
