import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { CloudFrontFunctionOutcome, Engine } from './function';

/** Begins the lines of the answer, to tell them from what the function prints. */
const ANSWER = '\u0001answer ';
const EXCEPTION = '\u0001exception ';

/** njs breaks a printed line after 2,048 bytes, and a character has up to 4. */
const CHUNK_CHARACTERS = 500;

/** Far above what CloudFront lets a function compute; it ends an endless loop. */
const TIMEOUT_MS = 10_000;

/** Runs a script after the function's code: calls the handler, and prints what became of it in marked lines. */
const script = (code: string, event: string): string => `${code}
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

/** The engine of this `njs`: sandboxed, without files and without code from strings, as CloudFront has it. */
export const runInNjs =
  (binary: string): Engine =>
  async (code, event, log) => {
    const child = spawn(binary, ['-q', '-s', '-u', '-'], { env: {}, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    // njs may end before it has read its script; its exit tells more than a broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(script(code, event));
    const failed = new Promise<string>((resolve) => child.once('error', ({ message }) => resolve(message)));
    const printed = Promise.all([text(child.stdout), text(child.stderr)]).then(([out, err]) => out + err);
    const exited = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)));
    const output = await Promise.race([printed, failed]);
    if ((await Promise.race([exited, failed])) === 'SIGKILL') {
      return { kind: 'exception', message: `did not end within ${TIMEOUT_MS / 1_000} s` };
    }
    return read(output, log);
  };

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
