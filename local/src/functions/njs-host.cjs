// Starts njs for each run of a CloudFront Function, from a small process of its own: Linux copies the page tables of a
// process that starts another, and from one that has loaded the CDK each run would take 50 ms more. Plain JavaScript,
// because Node runs it as it is.
'use strict';

const { spawn } = require('node:child_process');
const { text } = require('node:stream/consumers');

/** @returns njs's output, and the signal that ended it, if one did */
async function run({ binary, script, timeoutMs }) {
  // Sandboxed like CloudFront's runtime: without files and `eval`.
  const child = spawn(binary, ['-q', '-s', '-u', '-'], { env: {}, timeout: timeoutMs, killSignal: 'SIGKILL' });
  // njs may end before it has read the whole script; its output tells more than the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(script);
  const failed = new Promise((resolve) => child.once('error', ({ message }) => resolve({ output: message })));
  const signal = new Promise((resolve) => child.once('close', (_, name) => resolve(name)));
  const printed = Promise.all([text(child.stdout), text(child.stderr), signal]).then(([out, err, name]) => ({
    output: out + err,
    signal: name,
  }));
  return Promise.race([failed, printed]);
}

process.on('message', ({ id, ...request }) => {
  void run(request).then((result) => process.send({ id, ...result }, () => undefined));
});
// It ends with its parent, and not by a Ctrl-C that reaches both.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
