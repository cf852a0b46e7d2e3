// Starts njs for each run of a CloudFront Function. A process of its own, because it is small: Linux copies the page tables
// of a process that starts another, and from one that has loaded the CDK each run would take some 50 ms more. Plain
// JavaScript, since it is started with Node alone.
'use strict';

const { spawn } = require('node:child_process');
const { text } = require('node:stream/consumers');

/** What njs printed, and the signal that ended it, if one did. */
async function run({ binary, script, timeoutMs }) {
  // Sandboxed, without files and without code from strings, as CloudFront has it.
  const child = spawn(binary, ['-q', '-s', '-u', '-'], { env: {}, timeout: timeoutMs, killSignal: 'SIGKILL' });
  // njs may end before it has read its script; its exit tells more than a broken pipe.
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
// Its parent decides when it ends, also where Ctrl-C reaches both, and does so by its own end, too.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
