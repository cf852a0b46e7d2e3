import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';

const hasNjs = (() => {
  try {
    execFileSync('njs', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

if (!hasNjs && process.env['CI']) throw new Error('njs is not installed: apt-get install njs');
if (!hasNjs) console.warn('njs is not installed: the CloudFront Function is tested in Node, which allows more.');

/** JSON that any script engine reads the same, whatever the encoding of its source. */
const literal = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Runs the code of a CloudFront Function over many events, in the engine that is nearest to the real one. */
export function runFunction<Answer>(code: string, events: unknown[]): Answer[] {
  const answers = `JSON.stringify(JSON.parse(${JSON.stringify(literal(events))}).map(function (event) { return handler(event) }))`;
  if (!hasNjs) return JSON.parse(runInContext(`${code}\n;${answers}`, createContext({}))) as Answer[];
  const folder = mkdtempSync(join(tmpdir(), 'njs-'));
  try {
    const script = join(folder, 'function.js');
    const output = join(folder, 'answers.json');
    // console.log of njs breaks a line after 2,048 characters.
    writeFileSync(script, `${code}\n;require('fs').writeFileSync(${JSON.stringify(output)}, ${answers})`);
    execFileSync('njs', [script]);
    return JSON.parse(readFileSync(output, 'utf8')) as Answer[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
