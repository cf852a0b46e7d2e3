// The process in which a Lambda function runs. Plain JavaScript, because none of the project's tools may be loaded
// into a function's process.
//
// Requests are frames on stdin, answers are frames on descriptor 3. Between requests the process blocks in a read: it
// is frozen, as on Lambda, and unfinished work goes on with the next request. At the end of stdin it kills its process
// group, so that nothing outlives the parent.
'use strict';

const { existsSync, readFileSync, readSync, writeSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');

const REQUESTS = 0;
const ANSWERS = 3;

// Saved, because the function may replace these globals.
const exit = process.exit.bind(process);
const kill = process.kill.bind(process);
const print = { stdout: process.stdout.write.bind(process.stdout), stderr: process.stderr.write.bind(process.stderr) };
const now = Date.now;

function killGroup() {
  try {
    kill(-process.pid, 'SIGKILL');
  } catch {
    exit(0);
  }
}

function readExactly(length) {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const read = readSync(REQUESTS, buffer, at, length - at, null);
    if (read === 0) killGroup();
    at += read;
  }
  return buffer;
}

function readFrame() {
  return JSON.parse(readExactly(readExactly(4).readUInt32BE()).toString());
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function writeFrame(message) {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.concat([Buffer.alloc(4), body]);
  frame.writeUInt32BE(body.length);
  for (let at = 0; at < frame.length;) {
    try {
      at += writeSync(ANSWERS, frame, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

/** `Name: message` in one line. */
function describe(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\s+/g, ' ');
}

/** Marks the end of the request's log in both streams, for which the parent waits, and sends the answer. */
function answer(message) {
  print.stdout('\u0000');
  print.stderr('\u0000');
  writeFrame(message);
}

/** Resolves once all output is written; a full pipe waits for the parent to read. */
function flushed() {
  return Promise.all([print.stdout, print.stderr].map((write) => new Promise((resolve) => write('', resolve))));
}

/** Lambda Developer Guide: nodejs-handler. `folder/file.name.inner` is `name.inner` of what `folder/file` exports. */
async function loadHandler(text) {
  const [moduleName, ...names] = basename(text).split('.');
  const path = join(process.env.LAMBDA_TASK_ROOT, dirname(text), moduleName);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`Cannot find module '${join(dirname(text), moduleName)}'`);
  const exported = isModule(file) ? await import(pathToFileURL(file).href) : require(file);
  const handler = names.reduce((value, name) => value?.[name], exported);
  if (typeof handler !== 'function') throw new Error(`${text} is undefined or not exported`);
  return handler;
}

function isModule(file) {
  if (!file.endsWith('.js')) return file.endsWith('.mjs');
  const manifest = join(process.env.LAMBDA_TASK_ROOT, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
}

function contextOf({ requestId, deadline, functionArn }) {
  const { env } = process;
  env['_X_AMZN_TRACE_ID'] =
    `Root=1-${Math.floor(now() / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - now()),
  };
}

/** Called if the event loop is empty before the handler has answered. Lambda then answers `null`. */
let onIdle = () => undefined;

process.on('beforeExit', () => onIdle());
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    answer({ kind: 'crash', message: describe(error) });
    exit(129);
  });
}

/** Calls a handler, which answers by a promise or by the callback. */
function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    onIdle = () => resolve(null);
    const callback = (error, value) => (error ? reject(error) : resolve(value));
    const result = handler(event, context, callback);
    if (typeof result?.then === 'function') result.then(resolve, reject);
  });
}

async function serve(handler, request) {
  let value;
  try {
    value = await call(handler, JSON.parse(request.event), contextOf(request));
  } catch (error) {
    answer({ kind: 'exception', message: describe(error) });
    return;
  }
  let json;
  try {
    json = JSON.stringify(value) ?? 'null';
  } catch (error) {
    answer({ kind: 'unserialisable', message: describe(error) });
    return;
  }
  answer({ kind: 'answer', json });
}

async function main() {
  let handler;
  try {
    handler = await loadHandler(process.env['_HANDLER']);
  } catch (error) {
    answer({ kind: 'crash', message: describe(error) });
    exit(1);
  }
  answer({ kind: 'ready' });
  for (;;) {
    await serve(handler, readFrame());
    await flushed();
    // Gives unfinished work a short turn before the process freezes, as Lambda does.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

void main();
