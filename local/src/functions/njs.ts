import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CloudFrontFunctionOutcome, Engine } from './function';

const HOST = join(__dirname, 'njs-host.cjs');

/** Lines with the answer or the exception begin with these marks; other lines are the function's own. */
const ANSWER = '\u0001answer ';
const EXCEPTION = '\u0001exception ';

/** njs breaks lines after 2,048 bytes, and a character has up to 4. */
const CHUNK_CHARACTERS = 500;

/** Ends an endless loop; far above CloudFront's limit. */
const TIMEOUT_MS = 10_000;

/** The function's code, followed by a call of its handler that prints the result in marked lines. */
const withHandlerCall = (code: string, event: string): string => `${code}
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

interface NjsResult {
  output: string;
  /** The signal that ended njs, if one did. */
  signal?: NodeJS.Signals | null;
}

/** The process that starts njs, itself started by the first run. */
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
      // If the process has ended, `exit` answers.
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
    const end = (output: string) => {
      this.#child = undefined;
      for (const resolve of this.#waiting.values()) resolve({ output });
      this.#waiting.clear();
    };
    // A process that cannot be started has no exit.
    child.once('error', ({ message }) => end(message));
    child.once('exit', () => end('the process that starts njs has ended'));
    return child;
  }
}

/** Runs each event in a process of its own. */
export function njsEngine(binary: string): Engine {
  const host = new Host(binary);
  return {
    name: 'njs',
    run: async (code, event, log) => {
      const { output, signal } = await host.run(withHandlerCall(code, event));
      if (signal === 'SIGKILL') {
        return { kind: 'exception', message: `did not end within ${TIMEOUT_MS / 1_000} s` };
      }
      return parseOutput(output, log);
    },
    close: () => host.close(),
  };
}

function parseOutput(output: string, log: (line: string) => void): CloudFrontFunctionOutcome {
  let answer = '';
  let exception = '';
  const printed: string[] = [];
  for (const line of output.split('\n')) {
    if (line.startsWith(ANSWER)) answer += line.slice(ANSWER.length);
    else if (line.startsWith(EXCEPTION)) exception += line.slice(EXCEPTION.length);
    else if (line) printed.push(line);
  }
  // Without a mark the code did not run to its end, and njs itself printed why.
  if (!answer && !exception) {
    return { kind: 'exception', message: oneLine(printed.filter((line) => line !== 'Thrown:').join(' ')) };
  }
  for (const line of printed) log(line);
  return answer
    ? { kind: 'answer', value: JSON.parse(answer) }
    : { kind: 'exception', message: oneLine(JSON.parse(exception) as string) };
}

const oneLine = (message: string): string => message.replaceAll(/\s+/g, ' ').trim() || 'ended without an answer';
