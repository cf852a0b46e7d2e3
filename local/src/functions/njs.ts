import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CloudFrontFunctionOutcome, Engine } from './function';

const HOST = join(__dirname, 'njs-host.cjs');

/** Begins the lines of the answer, to tell them from what the function prints. */
const ANSWER = '\u0001answer ';
const EXCEPTION = '\u0001exception ';

/** njs breaks a printed line after 2,048 bytes, and a character has up to 4. */
const CHUNK_CHARACTERS = 500;

/** Far above what CloudFront lets a function compute; it ends an endless loop. */
const TIMEOUT_MS = 10_000;

/** Runs a script after the function's code: calls the handler, and prints what became of it in marked lines. */
const scriptOf = (code: string, event: string): string => `${code}
;(function () {
  function print(mark, value) {
    var text = JSON.stringify(value);
    for (var at = 0; at < text.length; at += ${CHUNK_CHARACTERS}) {
      console.log(mark + text.slice(at, at + ${CHUNK_CHARACTERS}));
    }
  }
  function fail(error) { print(${JSON.stringify(EXCEPTION)}, String(error)); }
  try {
    Promise.resolve(handler(JSON.parse(${JSON.stringify(event)})))
      .then(function (value) { print(${JSON.stringify(ANSWER)}, value === undefined ? null : value); })
      .catch(fail);
  } catch (error) { fail(error); }
})();
`;

/** What became of a run of njs. */
interface NjsResult {
  output: string;
  /** That ended it, if one did. */
  signal?: NodeJS.Signals | null;
}

/** The process that starts njs; it starts with the first run. */
class Host {
  readonly #binary: string;
  readonly #waiting = new Map<number, (result: NjsResult) => void>();
  #child: ChildProcess | undefined;
  #count = 0;

  constructor(binary: string) {
    this.#binary = binary;
  }

  run(script: string): Promise<NjsResult> {
    const child = (this.#child ??= this.#start());
    const id = this.#count++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      // If the process has ended, its exit is the answer.
      child.send({ id, binary: this.#binary, script, timeoutMs: TIMEOUT_MS }, () => undefined);
    });
  }

  async close(): Promise<void> {
    if (!this.#child) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  #start(): ChildProcess {
    const child = fork(HOST, { execArgv: ['--no-warnings'], env: {} });
    child.on('message', ({ id, ...result }: NjsResult & { id: number }) => {
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
    child.once('exit', () => {
      this.#child = undefined;
      for (const resolve of this.#waiting.values()) resolve({ output: 'the process that starts njs has ended' });
      this.#waiting.clear();
    });
    return child;
  }
}

/** The engine of this `njs`, which runs each event in a process of its own. */
export function njsEngine(binary: string): Engine {
  const host = new Host(binary);
  return {
    name: 'njs',
    run: async (code, event, log) => {
      const { output, signal } = await host.run(scriptOf(code, event));
      if (signal === 'SIGKILL') {
        return { kind: 'exception', message: `did not end within ${TIMEOUT_MS / 1_000} s` };
      }
      return read(output, log);
    },
    close: () => host.close(),
  };
}

function read(output: string, log: (line: string) => void): CloudFrontFunctionOutcome {
  let answer = '';
  let exception = '';
  const others: string[] = [];
  for (const line of output.split('\n')) {
    if (line.startsWith(ANSWER)) answer += line.slice(ANSWER.length);
    else if (line.startsWith(EXCEPTION)) exception += line.slice(EXCEPTION.length);
    else if (line) others.push(line);
  }
  if (answer) {
    for (const line of others) log(line);
    return { kind: 'answer', value: JSON.parse(answer) };
  }
  if (exception) {
    for (const line of others) log(line);
    return { kind: 'exception', message: oneLine(JSON.parse(exception) as string) };
  }
  return { kind: 'exception', message: oneLine(others.filter((line) => line !== 'Thrown:').join(' ')) };
}

const oneLine = (message: string): string => message.replaceAll(/\s+/g, ' ').trim() || 'ended without an answer';
