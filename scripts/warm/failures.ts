import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { UsageError } from '../usage';

/** The list of what failed, for a person or for another run. A run in which nothing fails leaves no file. */
export class Failures {
  readonly path: string;
  readonly #file: number;
  #isEmpty = true;

  /** @throws UsageError where the file cannot be written */
  constructor(path: string) {
    this.path = path;
    try {
      this.#file = openSync(path, 'w');
    } catch (error) {
      throw new UsageError(`Failures cannot be listed in '${path}': ${(error as Error).message}.`);
    }
  }

  /**
   * @param what a URL, or a key that no URL can name
   * @param status 0 where there was no answer
   */
  add(what: string, status: number, reason: string): void {
    this.#isEmpty = false;
    // A key may have a tab or a line's end in it.
    const shown = /[\x00-\x1f\x7f]/.test(what) ? JSON.stringify(what) : what;
    writeSync(this.#file, `${status}\t${reason}\t${shown}\n`);
  }

  close(): void {
    closeSync(this.#file);
    if (this.#isEmpty) rmSync(this.path);
  }
}
