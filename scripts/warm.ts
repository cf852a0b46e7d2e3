/** `npm run warm`: requests variants through a distribution before the first viewer does. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import type { Config } from '../edge/config/schema';
import { generationOf } from '../edge/config/settings';
import { EXIT, type Main, type Terminal, commandLine, runCommand } from './command-line';
import { ASSUMPTION, SOURCES, maxDollars } from './cost/upper-bound';
import { readDeployedConfig } from './deployed-config';
import { parsePositive, parseWhole, printCount } from './numbers';
import { type SigningOptions, cookieHeaders, withSigning } from './signed-cookies';
import { CONFIG_OPTION, TIMEOUT_OPTION, URL_ARGUMENT, checkDistribution, urlOf } from './distribution';
import { UsageError } from './usage';
import { Breaker } from './warm/breaker';
import { DigestSet } from './warm/digest-set';
import { Failures } from './warm/failures';
import { Journal } from './warm/journal';
import { DEFAULT_CONCURRENCY, Pace } from './warm/pace';
import { checkDistinct } from './warm/paths';
import { type Plan, type WarmOptions, planOf } from './warm/plan';
import { showCount, showProgress } from './warm/progress';
import { Requester } from './warm/request';
import { run } from './warm/run';
import { s3PlaceOf } from './warm/s3-place';
import { CLASSES } from './warm/sizes';
import { json, table } from './warm/summary';
import { Tally } from './warm/tally';

interface Options extends WarmOptions, SigningOptions {
  concurrency: number;
  rate: number;
  timeout: number;
  journal?: string;
  failures: string;
  config?: string;
  dryRun: boolean;
  json: boolean;
}

/** A host as in URLs, with a port if it is not the default one. */
function hostOf(name: string): string {
  const isName = /^[\p{L}\p{N}][\p{L}\p{N}._-]*(:\d+)?$/u.test(name) && URL.canParse(`https://${name}`);
  if (!isName) throw new InvalidArgumentError('Expected a name such as img.example.com.');
  return new URL(`https://${name}`).host;
}

const commandOf = (terminal: Terminal): Command =>
  withSigning(commandLine('warm', terminal))
    .description('Requests variants before the first viewer does, so that they are stored and cached.')
    .argument(...URL_ARGUMENT)
    .option(
      '--keys <where>',
      'originals: s3://bucket/prefix, a file, a page or sitemap (file or URL), - for standard input',
    )
    .option('--sizes <list>', 'comma-separated sizes as in URLs, or all (default: all)')
    .option('--logs <where>', 'access logs to find popular sizes in: s3://bucket/prefix, a folder or a file')
    .option('--top <n>', 'with --logs: the n most requested sizes, for every key', parseWhole)
    .option('--top-urls <n>', 'with --logs: the n most requested variants of single originals', parseWhole)
    .option('--accept <classes>', `classes of browsers: ${Object.keys(CLASSES).join(', ')}`, 'auto.avif,auto.webp')
    .addOption(
      new Option(
        '--host <name>',
        'another host name of the distribution, or of a site whose pages are read; repeatable',
      )
        .argParser((name: string, before: string[]) => [...before, hostOf(name)])
        .default([], 'none'),
    )
    .option('--concurrency <n>', 'requests at once', parseWhole, DEFAULT_CONCURRENCY)
    .addOption(
      new Option('--rate <n>', 'requests a second at most').argParser(parsePositive).default(Infinity, 'no limit'),
    )
    .option(...TIMEOUT_OPTION)
    .option('--journal <file>', 'file of finished requests; a run with the same journal resumes there')
    .option('--failures <file>', 'file that lists failed requests', 'warm-failures.tsv')
    .option(...CONFIG_OPTION)
    .option('--dry-run', 'print how many requests there would be and what they cost at most, and make none', false)
    .option('--json', 'print the summary as JSON', false);

/** Refuses likely mistakes: a value that is the next option, and an option that is given twice. */
function checkValues(option: Option): void {
  const { parseArg } = option;
  let isGiven = false;
  option.argParser((text, before) => {
    if (text.startsWith('--')) throw new InvalidArgumentError('This is another option: the value is missing.');
    if (isGiven && option.attributeName() !== 'host') throw new InvalidArgumentError('Give it only once.');
    isGiven = true;
    return parseArg ? parseArg(text, before) : text;
  });
}

/** @throws UsageError for options that do not go together */
function checkOptions({ keys, sizes, logs, top, topUrls }: Options): void {
  const isPopular = top !== undefined || topUrls !== undefined;
  if (logs !== undefined && !isPopular) throw new UsageError('With --logs, give --top N or --top-urls N.');
  if (logs === undefined && isPopular) throw new UsageError('--top and --top-urls need --logs.');
  if (top !== undefined && topUrls !== undefined) throw new UsageError('Give --top or --top-urls, not both.');
  if (sizes !== undefined && logs !== undefined) throw new UsageError('Give --sizes or --logs, not both.');
  if (topUrls !== undefined && keys !== undefined)
    throw new UsageError('--top-urls takes its keys from the logs. Leave out --keys.');
  if (topUrls === undefined && keys === undefined) throw new UsageError('Give the originals with --keys.');
}

async function dryRun(
  { requests }: Plan,
  done: DigestSet,
  config: Config,
  asJson: boolean,
  terminal: Terminal,
): Promise<number> {
  const tally = new Tally();
  let count = 0;
  const hideProgress = showCount(() => count, terminal);
  try {
    for await (const request of requests) {
      if ('what' in request) tally.fail(request.status, request.reason);
      else if (done.has(request.path)) tally.skipped += 1;
      else count += 1;
    }
  } finally {
    hideProgress();
  }
  const { skipped, failed, failures } = tally;
  const code = failures > 0 ? EXIT.failed : EXIT.done;
  const dollars = Number(maxDollars(count, config.stack.memoryMb).toFixed(2));
  if (asJson) {
    const summary = { requests: count, mostRenders: count, mostDollars: dollars, skipped };
    terminal.printAsIs(JSON.stringify({ ...summary, failed: Object.fromEntries(failed) }, null, 2));
    return code;
  }
  const price = dollars === 0 && count > 0 ? 'under $0.01' : `$${dollars.toFixed(2)} at most`;
  terminal.print(`${printCount(count)} requests, as many renders at most: ${price}.`);
  terminal.print(`Assumed: ${ASSUMPTION}. ${SOURCES}.`);
  if (skipped > 0) terminal.print(`${printCount(skipped)} more are in the journal.`);
  for (const [why, times] of failed) terminal.print(`${printCount(times)} cannot be requested: ${why}.`);
  return code;
}

export const warm: Main = async (args, terminal) => {
  const command = commandOf(terminal);
  command.options.filter(({ required }) => required).forEach(checkValues);
  const [given] = command.parse(args, { from: 'user' }).args;
  const options = command.opts<Options>();
  checkOptions(options);
  const { keys, logs, journal: journalPath, failures: failuresPath } = options;
  checkDistinct({ '--keys': keys, '--logs': logs, '--journal': journalPath, '--failures': failuresPath });
  const url = urlOf(given!);
  const config = await readDeployedConfig(options.config);
  const headers = cookieHeaders(url, options);
  await checkDistribution(url, config.base, options.timeout * 1_000, headers);

  const stopping = new AbortController();
  // Every request that waits for a retry listens.
  setMaxListeners(0, stopping.signal);
  const plan = await planOf(url, config, options, stopping.signal, terminal);
  const done = new DigestSet();
  const usesJournal = journalPath !== undefined && (!options.dryRun || existsSync(journalPath));
  const journal = usesJournal ? await Journal.open(journalPath, url, generationOf(config), done) : undefined;
  if (options.dryRun) return dryRun(plan, done, config, options.json, terminal);

  let stop: string | undefined;
  const breaker = new Breaker();
  stopping.signal.addEventListener('abort', () => (stop = breaker.isOpen ? 'most requests fail' : 'interrupted'));
  terminal.streams.interruption().addEventListener('abort', () => {
    terminal.warn('Stopping after the requests in progress; Ctrl-C again ends at once.');
    stopping.abort();
  });

  const tally = new Tally();
  const failures = new Failures(failuresPath);
  let total: number | undefined;
  const counting = new AbortController();
  // Runs beside the requests, since it only estimates the time left.
  plan.count(counting.signal).then(
    (count) => (total = count),
    () => undefined,
  );
  const hideProgress = showProgress(tally, () => total, terminal);
  const requester = new Requester(url, options.timeout * 1_000, headers);
  const pace = new Pace(options.concurrency, options.rate);
  try {
    await run({
      url,
      ...plan,
      requester,
      pace,
      breaker,
      tally,
      failures,
      isBucket: keys !== undefined && s3PlaceOf(keys) !== undefined,
      done,
      journal,
      stopping,
    });
  } catch (error) {
    if (tally.done === 0) throw error;
    stop ??= (error as Error).message.replace(/\.$/, '');
  } finally {
    counting.abort();
    hideProgress();
    await requester.close();
    failures.close();
    journal?.close();
  }
  if (options.json) terminal.printAsIs(json(url, tally, stop));
  else terminal.printLines(table(tally));
  if (tally.failures > 0) terminal.warn(`Failures are listed in ${failures.path}.`);
  if (stop) terminal.warn(`Stopped early: ${stop}.`);
  const hasFailed = stop !== undefined || tally.failures > 0;
  return stop === 'interrupted' ? EXIT.interrupted : hasFailed ? EXIT.failed : EXIT.done;
};

if (require.main === module) runCommand(warm);
