import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { asScript } from '../../local/src/functions/modules';
import { hasNjs } from '../njs';

if (!hasNjs) console.warn('njs is not installed: the CloudFront Function is tested in Node, which allows more.');

/** JSON that any script engine reads the same, whatever the encoding of its source. */
const literal = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Runs the code of a CloudFront Function over many events, in the engine that is nearest to the real one. */
export function runFunction<Answer>(code: string, events: unknown[]): Answer[] {
  const answers = `JSON.stringify(JSON.parse(${JSON.stringify(literal(events))}).map(function (event) { return handler(event) }))`;
  if (!hasNjs) return JSON.parse(runInContext(`${code}\n;${answers}`, createContext({}))) as Answer[];
  return runScript((write) => `${code}\n;${write(answers)}`) as Answer[];
}

/** What a script of njs writes as JSON. @param scriptOf gets what makes the statement that writes a text */
function runScript(scriptOf: (write: (json: string) => string) => string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'njs-'));
  try {
    const [file, output] = [join(folder, 'function.js'), join(folder, 'answers.json')];
    // console.log of njs breaks a line after 2,048 characters.
    const write = (json: string) => `require('fs').writeFileSync(${JSON.stringify(output)}, ${json})`;
    writeFileSync(file, scriptOf(write));
    execFileSync('njs', [file]);
    return JSON.parse(readFileSync(output, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same for a function that reads a KeyValueStore, and so answers later. @param store what it finds there */
export async function runAsyncFunction<Answer>(
  code: string,
  events: unknown[],
  store: Record<string, string>,
): Promise<Answer[]> {
  const script = (done: string) => `${asScript(code, { clockOffset: 0, store })}
;(async function () {
  var answers = [];
  var events = JSON.parse(${JSON.stringify(literal(events))});
  for (var i = 0; i < events.length; i++) {
    // njs crashes where an await is an argument.
    var answer = await handler(events[i]);
    answers.push(answer);
  }
  ${done};
})()`;
  if (!hasNjs) {
    const globals = { require: (name: string) => (name === 'crypto' ? { createHmac } : undefined) };
    const json = runInContext(script('return JSON.stringify(answers)'), createContext(globals)) as Promise<string>;
    return JSON.parse(await json) as Answer[];
  }
  return runScript((write) => script(write('JSON.stringify(answers)'))) as Answer[];
}
