import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { UsageError } from '../usage';
import { whyOf } from '../why';

/** The list of failures. A run without failures leaves no file. */
export class Failures {
  readonly path: string;
  #file: number | undefined;
  #isEmpty = true;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Empties the list, once. Until then that of the last run stays, in case this run cannot do anything.
   * @throws UsageError if the file cannot be written
   */
  begin(): void {
    try {
      this.#file ??= openSync(this.path, 'w');
    } catch (error) {
      throw new UsageError(this.#unwritable(error));
    }
  }

  /**
   * @param what a URL, or a key that no URL can name
   * @param status 0 without an answer
   */
  add(what: string, status: number, reason: string): void {
    this.#isEmpty = false;
    // A key may contain a tab or a line end.
    const shown = /[\x00-\x1f\x7f]/.test(what) ? JSON.stringify(what) : what;
    try {
      writeSync(this.#file!, `${status}\t${reason}\t${shown}\n`);
    } catch (error) {
      throw new Error(this.#unwritable(error), { cause: error });
    }
  }

  #unwritable(error: unknown): string {
    return `Failures cannot be listed in '${this.path}': ${whyOf(error)}.`;
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    // Never delete /dev/null.
    if (this.#isEmpty && statSync(this.path).isFile()) rmSync(this.path);
  }
}
