/** `npm run smoke`: checks every promise of a deployed distribution over HTTP, with originals of its own. */
import { HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { EXIT, type Main, type Terminal, commandLine, runCommand } from './command-line';
import { readDeployedConfig } from './deployed-config';
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
import { CONFIG_OPTION, TIMEOUT_OPTION, URL_ARGUMENT, checkDistribution, urlOf } from './distribution';
import { UsageError } from './usage';
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
    .description('Checks every promise of a distribution with originals of its own, which it uploads and removes.')
    .argument(...URL_ARGUMENT)
    .requiredOption('--bucket <name>', 'the bucket of originals')
    .option('--prefix <prefix>', 'folder of the originals in the bucket, with a trailing slash', '')
    .option('--region <region>', 'region of the bucket; by default that of the AWS CLI')
    .option(...CONFIG_OPTION)
    .option(...TIMEOUT_OPTION)
    .option('--no-overwrite', 'skip the checks that overwrite and remove an original');

const reasonOf = (error: Error): string =>
  error.message === 'Region is missing' ? 'its region is not known; give it with --region' : whyOf(error);

/** @throws UsageError if the bucket cannot be used */
async function openBucket({ bucket, prefix, region }: Options): Promise<Originals> {
  const client = new S3Client({ ...(region && { region }), followRegionRedirects: true });
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    const why = status === 404 ? 'it does not exist' : status === 403 ? 'access is denied' : reasonOf(error as Error);
    throw new UsageError(`The bucket ${bucket} cannot be used: ${why}.`);
  }
  return { client, bucket, prefix };
}

type Outcome = 'ok' | 'NO' | '–';

/** Runs the checks one after the other, and prints the results. */
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
  if (!/^([^/].*\/)?$/.test(options.prefix))
    throw new UsageError('--prefix has to end with a slash, and must not begin with one.');
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
    terminal.print('The originals are removed; the refresh deletes their variants.');
  }
};

if (require.main === module) runCommand(smoke);
