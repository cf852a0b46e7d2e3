// A process that starts as Lambda starts one, and tells in milliseconds how long it took: [init, first answer]. Its
// input, as JSON in the first argument, is what to load, and an event for the handler of the last of it.
'use strict';

const { modules, event } = JSON.parse(process.argv[2]);

// The function logs to the same stream.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

async function main() {
  const before = performance.now();
  let loaded;
  for (const name of modules) loaded = require(name);
  const init = performance.now() - before;
  if (event) {
    const context = { functionName: 'us-east-1.bench', getRemainingTimeInMillis: () => 30_000 };
    const { status } = await loaded.handler(event, context);
    if (status !== '200') throw new Error(`answered with ${status}`);
  }
  // Since the process began.
  print(JSON.stringify([init, performance.now()]));
}

void main();
