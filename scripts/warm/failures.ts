import { closeSync, openSync, writeSync } from 'node:fs';

/** The list of what failed, for a person or for another run. The file is there only if anything did. */
export class Failures {
  readonly path: string;
  #file: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws Error where the file cannot be written */
  add(url: string, status: number, reason: string): void {
    this.#file ??= openSync(this.path, 'w');
    writeSync(this.#file, `${status}\t${reason}\t${url}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
