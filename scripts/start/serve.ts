import type { ObjectEvent } from 'cloudfront-image-resizer-local';
import { writeFileSync } from 'node:fs';
import { encodeKey } from '../../edge/path';
import { EXIT, type Terminal } from '../command-line';
import { LocalReports } from '../playground/local-reports';
import { Console } from './console';
import type { Local } from './local';
import type { Options } from './options';
import { startLocalPlayground } from './playground';
import { type ReadyResizer, readyBlock } from './ready';
import { type Originals, type RunningResizer, foldersOf, runningResizers } from './resizers';
import { onSignal } from './scratch';
import { remove, upload, uploadFolder } from './upload';
import { newViewerKey } from './viewer-key';
import { watchFolder } from './watch';

interface Served {
  local: Local;
  options: Options;
  originals: Originals[];
  cdkOut: string;
  /** The folder of the buckets. */
  data: string;
  /** Where the environment variables for other commands are written. */
  environmentFile: string;
  /** The folder for resizers without a folder of originals. */
  samples: () => Promise<string>;
}

/** Does not return once it serves: Ctrl-C ends the process. */
export async function serve(served: Served, terminal: Terminal): Promise<never> {
  const { options, environmentFile } = served;
  const { asDeployed = false } = options;
  const console = new Console(terminal, options);
  const reports = new LocalReports();
  const viewerKey = newViewerKey();
  let resizers: RunningResizer[] = [];
  terminal.showProgress('Starting the distribution …');
  const local = await served.local.startLocalDistribution({
    cdkOut: served.cdkOut,
    data: served.data,
    port: options.port,
    faults: new served.local.Faults(options.fault),
    log: console.log,
    onAnswer: (answer) => {
      reports.onAnswer(answer);
      console.onAnswer(answer);
    },
    onFunctionLog: (log) => {
      reports.onFunctionLog(log);
      console.onFunctionLog(log);
    },
    onObjectEvent: (event) => {
      if (!asDeployed) forgetErrors(resizers, event);
      reports.onObjectEvent(event);
    },
    isRevalidated: !asDeployed,
    ...(options.playground && { viewerKey }),
    origins: options.origin,
    publicKeys: options.publicKey,
    regions: options.regions,
    ...(options.distribution && { distribution: options.distribution }),
    ...(options.s3Endpoint && { s3Endpoint: options.s3Endpoint }),
  });
  const closers = [() => local.close()];
  const close = async () => {
    for (const each of closers) await each();
  };
  onSignal(() => {
    // Through npm, the same Ctrl-C arrives twice.
    onSignal(() => undefined);
    void close().then(() => process.exit(EXIT.done));
  });

  resizers = runningResizers(local);
  let folders: Map<RunningResizer, string>;
  try {
    folders = foldersOf(resizers, served.originals);
  } catch (error) {
    await close();
    throw error;
  }
  if (local.events.keptMessages > 0) {
    terminal.showProgress('Catching up with changes from the end of the last run …');
    await local.events.settled();
  }
  const ready: ReadyResizer[] = [];
  for (const resizer of resizers) {
    const folder = folders.get(resizer) ?? (await served.samples());
    const { place } = resizer;
    terminal.showProgress(`Uploading ${folder} …`);
    const keys = await uploadFolder(place, folder, console.always);
    closers.unshift(
      await watchFolder(folder, {
        onSaved: (key, file) => upload(place, key, file),
        onRemoved: (key) => remove(place, key),
        log: console.tell,
        warn: console.always,
      }),
    );
    ready.push({ resizer, folder, keys });
  }
  const playground = options.playground
    ? await startLocalPlayground(local, resizers, { port: options.port, reports, viewerKey })
    : undefined;
  if (playground) closers.unshift(() => playground.close());
  writeFileSync(environmentFile, shellOf(local.environment));
  const hasSeveralEdges = local.distributions.length > 1 || options.regions > 1;
  const edges = local.distributions.flatMap((each) =>
    each.edges.map(({ region, url }) => `${each.id} in ${region}: ${url}`),
  );
  terminal.hideStatus();
  const block = readyBlock({
    ...(playground && { playground: playground.url }),
    url: local.url,
    resizers: ready,
    edges: hasSeveralEdges ? edges : [],
    environmentFile,
  });
  block.forEach(console.always);
  return new Promise<never>(() => undefined);
}

/**
 * Clears cached errors from before an upload, such as a 404. On AWS they stay for `cache.errors`: new originals are not
 * invalidated, since invalidations past the first thousand of a month cost money.
 */
function forgetErrors(resizers: RunningResizer[], { type, bucket, key }: ObjectEvent): void {
  if (!type.startsWith('ObjectCreated')) return;
  for (const { place, grammar, distribution } of resizers) {
    if (bucket !== place.bucket || !key.startsWith(place.prefix)) continue;
    distribution.invalidate(`${grammar.base}/${encodeKey(key.slice(place.prefix.length))}/*`);
  }
}

/** Environment variables as a shell reads them from a file. */
const shellOf = (environment: Record<string, string>): string =>
  [
    // These would take precedence over the keys below.
    'unset AWS_PROFILE AWS_SESSION_TOKEN\n',
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`),
  ].join('');
