import { watch } from 'chokidar';
import { isHidden, keyOf } from './upload';

interface Changes {
  /** A file is new or has been saved over, and has stopped changing. */
  onSaved(key: string, file: string): Promise<void>;
  onRemoved(key: string): Promise<void>;
  log(line: string): void;
  warn(line: string): void;
}

/** A file that has not changed for this long is complete. */
const STABLE_MS = 300;

/** Watches a folder. Resolves once every later change is noticed. */
export async function watchFolder(
  folder: string,
  { onSaved, onRemoved, log, warn }: Changes,
): Promise<() => Promise<void>> {
  const watcher = watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (file, stats) => isHidden(folder, file) || stats?.isSymbolicLink() === true,
    awaitWriteFinish: { stabilityThreshold: STABLE_MS, pollInterval: STABLE_MS / 6 },
  });
  /** The latest task of each key, so that changes of a file are handled one after the other. */
  const underWay = new Map<string, Promise<void>>();
  const handleWith = (verb: string, handle: (key: string, file: string) => Promise<void>) => (file: string) => {
    const key = keyOf(folder, file);
    const done = (underWay.get(key) ?? Promise.resolve())
      .then(() => handle(key, file))
      .then(
        () => log(`${verb} ${key}`),
        (error: unknown) => warn(`${key}: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => {
        if (underWay.get(key) === done) underWay.delete(key);
      });
    underWay.set(key, done);
  };
  watcher
    .on('add', handleWith('uploaded', onSaved))
    .on('change', handleWith('uploaded', onSaved))
    .on('unlink', handleWith('removed', onRemoved));
  watcher.on('error', (error) => warn(`${folder} cannot be watched: ${String(error)}`));
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return () => watcher.close();
}
