/**
 * `npm start`, and `start` of the package: runs the distribution on this machine, from the template that would be
 * deployed.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '../edge/config/read';
import { cacheFolder } from '../stack/cache-folder';
import { type CdkApp, readCdkJson, runApp } from '../stack/synthesise';
import { EXIT, type Main, type Terminal, runCommand } from './command-line';
import { IS_REPOSITORY } from './deployed-config';
import { loadLocal } from './start/local';
import { type Options, checkPort, commandOf, folderOf, originalsOf } from './start/options';
import { prepareScratch } from './start/scratch';
import { serve } from './start/serve';
import { UsageError } from './usage';

/** Does not return once it serves: Ctrl-C ends the process. */
export const start: Main = async (args, terminal) => {
  const local = await loadLocal();
  const options = commandOf(terminal, local, IS_REPOSITORY).parse(args, { from: 'user' }).opts<Options>();
  // Mistakes should be reported before the slow part of a start.
  await checkPort(options.port);
  const originals = options.originals.map(originalsOf);
  if (options.data && existsSync(options.data)) local.checkUnlocked(folderOf(options.data));
  const app = await appOf(options);
  const scratch = prepareScratch();
  const data = options.data ? resolve(options.data) : join(scratch, 'buckets');
  mkdirSync(data, { recursive: true });

  let cdkOut = app.synthesised;
  if (cdkOut === undefined) {
    cdkOut = join(scratch, 'cdk.out');
    terminal.showProgress('Synthesising the template …');
    try {
      await runApp(app, cdkOut);
    } catch (error) {
      terminal.hideStatus();
      // The CDK's errors have several lines.
      terminal.warnLines((error as Error).message);
      return EXIT.failed;
    }
  }
  const environmentFile = join(scratch, 'environment');
  return serve(
    { local, options, originals, cdkOut, data, environmentFile, samples: () => samples(terminal) },
    terminal,
  );
};

/** The app to run. `synthesised` is its folder if it is synthesised already, which the CDK's own `--app` allows, too. */
async function appOf({ app, config }: Options): Promise<CdkApp & { synthesised?: string }> {
  const here = readCdkJson(process.cwd());
  if (app === undefined && here.command === undefined) {
    throw new UsageError(
      'There is no cdk.json with an app in this folder. Give the app with --app, or make one with `npx cloudfront-image-resizer init`.',
    );
  }
  if (app !== undefined) {
    if (config !== undefined)
      throw new UsageError('--config only works with the app of this repository, not with --app.');
    const isFolder = existsSync(app) && statSync(app).isDirectory();
    return isFolder ? { ...here, synthesised: folderOf(app) } : { ...here, command: app };
  }
  if (!IS_REPOSITORY) return here;
  const file = config && resolve(config);
  // Read here, so that a mistake in the config exits with 2; the app's own exit code would not say so.
  await readConfig(file);
  return { ...here, context: { ...here.context, ...(file && { config: file }) } };
}

/** The folder of the samples, which are made at the first start. */
async function samples(terminal: Terminal): Promise<string> {
  const folder = IS_REPOSITORY ? join(__dirname, '..', 'local', 'samples') : cacheFolder('samples');
  // Loads sharp, which other starts do not need.
  const { makeSamples } = await import('./make-samples');
  await makeSamples(folder, (done, of) => terminal.showProgress(`Making samples: ${done} of ${of} …`));
  return folder;
}

if (require.main === module) runCommand(start);
