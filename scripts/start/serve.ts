import { writeFileSync } from 'node:fs';
import { variantNames } from '../../edge/config/variants';
import { EXIT, type Terminal } from '../command-line';
import { examples } from './examples';
import type { Local } from './local';
import { readable } from './log-line';
import type { Options } from './options';
import { startLocalPlayground } from './playground';
import { type Originals, type RunningResizer, foldersOf, runningResizers } from './resizers';
import { onSignal } from './scratch';
import { remove, upload, uploadFolder } from './upload';
import { watchFolder } from './watch';

export interface Served {
  local: Local;
  options: Options;
  originals: Originals[];
  cdkOut: string;
  /** The folder of the buckets. */
  data: string;
  /** Where the environment variables for other commands are written. */
  environmentFile: string;
  /** A folder of originals for resizers that are given none. */
  samples: () => Promise<string>;
}

/** Does not return once it serves: Ctrl-C ends the process. */
export async function serve(served: Served, terminal: Terminal): Promise<never> {
  const { options, environmentFile } = served;
  const print = (line: string) => terminal.print(line);
  const local = await served.local.startLocalDistribution({
    cdkOut: served.cdkOut,
    data: served.data,
    port: options.port,
    faults: new served.local.Faults(options.fault),
    log: (line) => print(readable(line)),
    origins: options.origin,
    regions: options.regions,
    ...(options.distribution && { distribution: options.distribution }),
    ...(options.s3Endpoint && { s3Endpoint: options.s3Endpoint }),
  });
  const closers = [() => local.close()];
  const close = async () => {
    for (const each of closers) await each();
  };
  onSignal(() => {
    // A terminal's Ctrl-C reaches this process once more through npm: what comes twice is not more urgent.
    onSignal(() => undefined);
    void close().then(() => process.exit(EXIT.done));
  });

  const resizers = runningResizers(local);
  let folders: Map<RunningResizer, string>;
  try {
    folders = foldersOf(resizers, served.originals);
  } catch (error) {
    await close();
    throw error;
  }
  if (local.events.keptMessages > 0) {
    print('Catching up with what happened at the end of the last run …');
    await local.events.settled();
  }
  const descriptions: string[] = [];
  for (const resizer of resizers) {
    const folder = folders.get(resizer) ?? (await served.samples());
    const { place } = resizer;
    print(`Uploading ${folder} …`);
    const keys = await uploadFolder(place, folder, print);
    closers.unshift(
      await watchFolder(folder, {
        onSaved: (key, file) => upload(place, key, file),
        onRemoved: (key) => remove(place, key),
        log: print,
      }),
    );
    descriptions.push(...describe(resizer, folder, keys, resizers.length > 1));
  }
  const playground = options.playground ? await startLocalPlayground(local, resizers, options.port) : undefined;
  if (playground) closers.unshift(() => playground.close());
  writeFileSync(environmentFile, shellOf(local.environment));
  const buckets = resizers.map(({ name, place }) => `${resizers.length > 1 ? `${name}: ` : ''}${place.bucket}`);
  for (const line of [
    ...(playground ? ['', `Playground: ${playground.url}`] : []),
    ...descriptions,
    `For the AWS CLI and the scripts: . ${environmentFile} (originals are in ${buckets.join(', ')})`,
    '',
    ...(local.distributions.length > 1 || options.regions > 1
      ? local.distributions.flatMap(({ id, edges }) => edges.map(({ region, url }) => `${id} in ${region}: ${url}`))
      : []),
    `Ready: ${local.url} (Ctrl-C ends it)`,
  ]) {
    print(line);
  }
  return new Promise<never>(() => undefined);
}

/** What a resizer serves, in lines. */
function describe({ name, url, grammar, generation }: RunningResizer, folder: string, keys: string[], named: boolean) {
  const variants = variantNames(grammar).length;
  return [
    '',
    `${named ? `${name}: ` : ''}${keys.length} originals, ${variants} variants of each allowed, generation ${generation}`,
    '',
    ...examples(url, grammar, keys),
    '',
    `Saving over a file in ${folder} replaces the original, deleting it removes it.`,
  ];
}

/** Environment variables as a shell reads them from a file. */
const shellOf = (environment: Record<string, string>): string =>
  [
    // They would go before the keys that follow.
    'unset AWS_PROFILE AWS_SESSION_TOKEN\n',
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`),
  ].join('');
