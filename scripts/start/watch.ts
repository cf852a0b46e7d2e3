import { watch } from 'chokidar';
import { isHidden, keyOf } from './upload';

export interface Changes {
  /** A file is new or has been saved over, and has stopped changing. */
  onSaved(key: string, file: string): Promise<void>;
  onRemoved(key: string): Promise<void>;
  log(line: string): void;
}

/** A file has stopped changing when nothing was written to it for so long. */
const STABLE_MS = 300;

/** Tells of changes below a folder, by the keys of the files. Resolves once no later change is missed. */
export async function watchFolder(folder: string, { onSaved, onRemoved, log }: Changes): Promise<() => Promise<void>> {
  const watcher = watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (file, stats) => isHidden(folder, file) || stats?.isSymbolicLink() === true,
    awaitWriteFinish: { stabilityThreshold: STABLE_MS, pollInterval: STABLE_MS / 6 },
  });
  /** What is under way or waiting for each key: the last change of a file has to be the last that is told. */
  const underWay = new Map<string, Promise<void>>();
  const told = (what: string, tell: (key: string, file: string) => Promise<void>) => (file: string) => {
    const key = keyOf(folder, file);
    const done = (underWay.get(key) ?? Promise.resolve())
      .then(() => tell(key, file))
      .then(
        () => log(`${what} ${key}`),
        (error: unknown) => log(`${key}: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => {
        if (underWay.get(key) === done) underWay.delete(key);
      });
    underWay.set(key, done);
  };
  watcher
    .on('add', told('uploaded', onSaved))
    .on('change', told('uploaded', onSaved))
    .on('unlink', told('removed', onRemoved));
  watcher.on('error', (error) => log(`${folder} cannot be watched: ${String(error)}`));
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return () => watcher.close();
}
