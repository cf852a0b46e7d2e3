import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LAMBDA, LAMBDA_EDGE } from '../../../edge/limits';
import type { LambdaDefinition } from '../../../local/src/deployment/deployment';
import type { LambdaFunction, LambdaOutcome } from '../../../local/src/functions/function';
import { type LambdaOptions, startLambda } from '../../../local/src/functions/lambda';

/** npm installs the template's Node only on Lambda's platform. */
const testOnLambdasPlatform = process.platform === 'linux' && process.arch === 'x64' ? test : test.skip;

/** Only Linux tells how much memory another process has had. */
const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

const RUNTIME = join(__dirname, '..', '..', '..', 'local', 'src', 'functions', 'runtime.cjs');

const started: LambdaFunction[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((lambda) => lambda.close()));
});

interface Setting extends Partial<Omit<LambdaOptions, 'definition' | 'log'>> {
  definition?: Partial<LambdaDefinition>;
}

/** The options of a function with these files. */
function optionsFor(files: string | Record<string, string>, definition?: Partial<LambdaDefinition>) {
  const assetDirectory = mkdtempSync(join(tmpdir(), 'asset-'));
  for (const [name, text] of Object.entries(typeof files === 'string' ? { 'index.js': files } : files)) {
    mkdirSync(dirname(join(assetDirectory, name)), { recursive: true });
    writeFileSync(join(assetDirectory, name), text);
  }
  return {
    definition: {
      logicalId: 'Function',
      stack: 'Stack',
      region: 'us-east-1',
      name: 'fn',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:fn',
      runtime: LAMBDA_EDGE.runtime,
      handler: 'index.handler',
      assetDirectory,
      timeoutSeconds: 10,
      memoryMb: 512,
      architecture: 'x86_64',
      environment: {},
      roleArn: 'arn:aws:iam::123456789012:role/fn',
      versions: [],
      ...definition,
    },
    credentials: { accessKeyId: 'AKIAFN', secretAccessKey: 'secret', sessionToken: 'token' },
    endpoints: { s3: 'http://127.0.0.1:9' },
  } satisfies Partial<LambdaOptions>;
}

/** A function with these files, and the lines that it logs. */
function start(files: string | Record<string, string>, { definition, ...options }: Setting = {}) {
  const lines: string[] = [];
  const lambda = startLambda({ ...optionsFor(files, definition), log: (line) => lines.push(line), ...options });
  started.push(lambda);
  return { lambda, lines };
}

async function valueOf(outcome: Promise<LambdaOutcome>): Promise<unknown> {
  const settled = await outcome;
  if (settled.kind !== 'answer') throw new Error(settled.message);
  return settled.value;
}

const NEXT_WORKS = "if (event === 'next') return 'fine';";

describe('answers', () => {
  test('are what the handler returns for its event', async () => {
    const { lambda } = start('exports.handler = async (event) => ({ got: event });');
    const event = { text: 'Grüße 🦊  \u2028', list: [1, null] };
    expect(await valueOf(lambda.invoke(event))).toEqual({ got: event });
  });

  test('that are undefined arrive as null', async () => {
    const { lambda } = start('exports.handler = async () => {};');
    expect(await valueOf(lambda.invoke({}))).toBeNull();
  });

  test('may come by callback', async () => {
    const { lambda } = start(
      'exports.handler = (event, context, callback) => setTimeout(callback, 5, null, event + 1);',
    );
    expect(await valueOf(lambda.invoke(1))).toBe(2);
  });

  test('of a handler that leaves the event loop empty are null', async () => {
    const { lambda } = start(
      `exports.handler = (event) => { ${NEXT_WORKS.replace("'fine'", "Promise.resolve('fine')")} return new Promise(() => {}); };`,
    );
    expect(await valueOf(lambda.invoke({}))).toBeNull();
    expect(await valueOf(lambda.invoke('next'))).toBe('fine');
  });

  test('of several megabytes arrive whole, and one byte over the limit is refused', async () => {
    const { lambda } = start("exports.handler = async (length) => 'x'.repeat(length);");
    const most = LAMBDA.answerBytes - 2;
    expect(await valueOf(lambda.invoke(most))).toHaveLength(most);
    expect(await lambda.invoke(most + 1)).toMatchObject({
      kind: 'exception',
      message: expect.stringContaining(String(LAMBDA.answerBytes)) as string,
    });
  });
});

describe('a handler that goes wrong', () => {
  test.each([
    ['throws', "throw new TypeError('no\\n  good');", { kind: 'exception', message: 'TypeError: no good' }],
    ['rejects with no error', "return Promise.reject('plain');", { kind: 'exception', message: 'plain' }],
    ['answers with a circle', 'const a = {}; a.a = a; return a;', { kind: 'unserialisable' }],
    ['answers with a bigint', 'return 1n;', { kind: 'unserialisable' }],
    ['exits', 'process.exit(3);', { kind: 'exception', message: 'Runtime exited with status 3' }],
    ['aborts', 'process.abort();', { kind: 'exception', message: 'Runtime exited with signal SIGABRT' }],
    [
      'throws behind its own back',
      "setTimeout(() => { throw new Error('late'); }); return new Promise((r) => setTimeout(r, 5000));",
      { kind: 'exception', message: 'Error: late' },
    ],
    [
      'loses a rejection',
      "Promise.reject(new Error('lost')); return new Promise((r) => setTimeout(r, 5000));",
      { kind: 'exception', message: 'Error: lost' },
    ],
    [
      'hangs',
      'return new Promise((r) => setTimeout(r, 60000));',
      { kind: 'timeout', message: 'Task timed out after 1.00 seconds' },
    ],
    ['computes without end', 'for (;;);', { kind: 'timeout' }],
  ])('and %s has that outcome, and the next invocation works', async (_, body, expected) => {
    const { lambda, lines } = start(`exports.handler = async (event) => { ${NEXT_WORKS} ${body} };`, {
      definition: { timeoutSeconds: 1 },
    });
    expect(await lambda.invoke({})).toMatchObject(expected);
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^fn: ${expected.kind}: .`)));
    expect(await valueOf(lambda.invoke('next'))).toBe('fine');
  });
});

describeOnLinux('a handler that', () => {
  test('uses more memory than it has is killed, and the next invocation works', async () => {
    const { lambda } = start(
      `exports.handler = async (event) => { ${NEXT_WORKS} const all = []; for (;;) { all.push(Buffer.alloc(8e6, 1)); await new Promise(setImmediate); } };`,
      { definition: { memoryMb: 160 } },
    );
    expect(await lambda.invoke({})).toMatchObject({
      kind: 'memory',
      message: expect.stringContaining('of its 160 MB') as string,
    });
    expect(await valueOf(lambda.invoke('next'))).toBe('fine');
  });

  test('used too much memory for a moment is killed, too', async () => {
    const { lambda } = start("exports.handler = async () => { Buffer.alloc(200e6, 1); return 'done'; };", {
      definition: { memoryMb: 160 },
    });
    expect((await lambda.invoke({})).kind).toBe('memory');
  });
});

/** The state of a process, as in proc(5): `T` for a stopped one. */
function stateOf(pid: number): string | undefined {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))![1];
  } catch {
    return undefined;
  }
}

/** Signals take effect a moment after they are sent. */
async function untilStopped(pid: number): Promise<void> {
  while (stateOf(pid) !== 'T') await setTimeout(5);
}

/** Waits until a process is gone or a zombie. */
async function ends(pid: number): Promise<true> {
  for (let state = stateOf(pid); state && state !== 'Z'; state = stateOf(pid)) await setTimeout(5);
  return true;
}

/** Starts a process once, and answers its id and the number of its messages. */
const STARTS_ANOTHER = `let child; exports.handler = (event) => new Promise((resolve) => {
  child ??= require('child_process').fork('other.js');
  child.once('message', (n) => resolve([child.pid, n]));
  child.send('count');
});`;

const OTHER = "let n = 0; process.on('message', () => process.send(++n));";

describeOnLinux('processes that a function starts', () => {
  test('count with it: their memory is added up', async () => {
    const { lambda } = start(
      {
        'index.js':
          "exports.handler = async (start) => { const own = Buffer.alloc(110e6, 1); if (start) require('child_process').fork('other.js'); await new Promise((r) => setTimeout(r, start ? 9000 : 300)); return own.length; };",
        'other.js': 'const own = Buffer.alloc(110e6, 1); setInterval(() => own.length, 1000);',
      },
      { definition: { memoryMb: 256 } },
    );
    expect((await lambda.invoke(false)).kind).toBe('answer');
    expect((await lambda.invoke(true)).kind).toBe('memory');
  });

  test('are frozen between requests, and go on with the next one', async () => {
    const { lambda } = start({ 'index.js': STARTS_ANOTHER, 'other.js': OTHER });
    const [pid, first] = (await valueOf(lambda.invoke({}))) as [number, number];
    expect(first).toBe(1);
    await untilStopped(pid);
    expect(await valueOf(lambda.invoke({}))).toEqual([pid, 2]);
  });

  test('end with it', async () => {
    const { lambda } = start({ 'index.js': STARTS_ANOTHER, 'other.js': OTHER });
    const [pid] = (await valueOf(lambda.invoke({}))) as [number, number];
    await lambda.close();
    expect(await ends(pid)).toBe(true);
  });

  test('end with it when it crashes', async () => {
    const { lambda } = start({
      'index.js': `${STARTS_ANOTHER} const count = exports.handler; exports.handler = (event) => event === 'crash' ? process.abort() : count(event);`,
      'other.js': "process.on('disconnect', () => undefined); setInterval(() => 0, 1000);" + OTHER,
    });
    const [pid] = (await valueOf(lambda.invoke({}))) as [number, number];
    expect((await lambda.invoke('crash')).kind).toBe('exception');
    expect(await ends(pid)).toBe(true);
  });

  test('end with the parent, even if frozen', async () => {
    const options = optionsFor({ 'index.js': STARTS_ANOTHER, 'other.js': OTHER });
    const code = `require('./local/src/functions/lambda').startLambda({ ...${JSON.stringify(options)}, log() {} })
      .invoke({}).then(({ value }) => console.log(value[0]));`;
    const runner = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', '-e', code], {
      cwd: join(__dirname, '..', '..', '..'),
    });
    const [line] = (await once(runner.stdout.setEncoding('utf8'), 'data')) as [string];
    await untilStopped(Number(line));
    runner.kill('SIGKILL');
    expect(await ends(Number(line))).toBe(true);
  });
});

describe('the handler', () => {
  test.each([
    ['in a module', { 'index.mjs': "export const handler = async () => 'mjs';" }, 'index.handler', 'mjs'],
    [
      'in a package of modules',
      { 'package.json': '{"type":"module"}', 'index.js': "export const handler = async () => 'esm';" },
      'index.handler',
      'esm',
    ],
    ['in a folder', { 'a/b.js': "exports.run = async () => 'folder';" }, 'a/b.run', 'folder'],
    ['inside of an export', { 'index.cjs': "exports.x = { run: async () => 'inner' };" }, 'index.x.run', 'inner'],
  ])('is found %s', async (_, files, handler, expected) => {
    const { lambda } = start(files, { definition: { handler } });
    expect(await valueOf(lambda.invoke({}))).toBe(expected);
  });

  test.each([
    ['the file is missing', {}, "Error: Cannot find module 'index'"],
    ['the export is missing', { 'index.js': 'exports.other = 1;' }, 'index.handler is undefined or not exported'],
    ['the code is no JavaScript', { 'index.js': 'exports.handler = (' }, 'SyntaxError'],
    ['loading it throws', { 'index.js': "throw new RangeError('at load');" }, 'RangeError: at load'],
  ])('fails each invocation when %s', async (_, files, message) => {
    const { lambda } = start(files);
    const expected = { kind: 'exception', message: expect.stringContaining(message) as string };
    expect(await lambda.invoke({})).toMatchObject(expected);
    expect(await lambda.invoke({})).toMatchObject(expected);
  });

  test('cannot import from the project', async () => {
    const { lambda } = start("exports.handler = async () => require('zod');");
    expect(await lambda.invoke({})).toMatchObject({
      kind: 'exception',
      message: expect.stringContaining("Cannot find module 'zod'") as string,
    });
  });

  test('can import from its package', async () => {
    const { lambda } = start({
      'index.js': "exports.handler = async () => require('own');",
      'node_modules/own/index.js': 'module.exports = 42;',
    });
    expect(await valueOf(lambda.invoke({}))).toBe(42);
  });
});

describe('the environment', () => {
  test("has Lambda's variables and the template's, and nothing of this process", async () => {
    process.env['ONLY_HERE'] = 'secret';
    const { lambda } = start('exports.handler = async () => process.env;', {
      definition: { environment: { QUEUE: 'q' }, region: 'eu-central-1' },
    });
    const environment = (await valueOf(lambda.invoke({}))) as Record<string, string>;
    delete process.env['ONLY_HERE'];
    expect(Object.keys(environment).sort()).toEqual(
      [
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_ENDPOINT_URL_S3',
        'AWS_EXECUTION_ENV',
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        'AWS_LAMBDA_FUNCTION_NAME',
        'AWS_LAMBDA_FUNCTION_VERSION',
        'AWS_LAMBDA_INITIALIZATION_TYPE',
        'AWS_LAMBDA_LOG_GROUP_NAME',
        'AWS_LAMBDA_LOG_STREAM_NAME',
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'HOME',
        'LAMBDA_RUNTIME_DIR',
        'LAMBDA_TASK_ROOT',
        'LANG',
        'PATH',
        'QUEUE',
        'TZ',
        '_HANDLER',
        '_X_AMZN_TRACE_ID',
      ].sort(),
    );
    expect(environment).toMatchObject({ QUEUE: 'q', AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIAFN' });
  });

  test("is a replica's where CloudFront runs the function", async () => {
    const { lambda } = start(
      'exports.handler = async (event, context) => [process.env.AWS_REGION, context.functionName, context.functionVersion, context.invokedFunctionArn];',
      { replica: { region: 'eu-west-1', version: '7' } },
    );
    expect(await valueOf(lambda.invoke({}))).toEqual([
      'eu-west-1',
      'us-east-1.fn',
      '7',
      'arn:aws:lambda:us-east-1:123456789012:function:us-east-1.fn:7',
    ]);
  });

  test('has UTC, and the package as its read-only folder', async () => {
    const { lambda } = start(
      "exports.handler = async () => [new Date().getTimezoneOffset(), process.cwd() === process.env.LAMBDA_TASK_ROOT, require('fs').statSync(__filename).mode & 0o222];",
    );
    expect(await valueOf(lambda.invoke({}))).toEqual([0, true, 0]);
  });
});

test('the context counts down from the timeout, and has an id for each request', async () => {
  const { lambda } = start(
    'exports.handler = async (event, context) => { const left = context.getRemainingTimeInMillis(); await new Promise((r) => setTimeout(r, 20)); return [context.awsRequestId, context.memoryLimitInMB, left, left - context.getRemainingTimeInMillis()]; };',
  );
  const [first, second] = [await valueOf(lambda.invoke({})), await valueOf(lambda.invoke({}))] as [
    string,
    string,
    number,
    number,
  ][];
  expect(first![0]).not.toBe(second![0]);
  expect(first![1]).toBe('512');
  expect(first![2]).toBeLessThanOrEqual(10_000);
  expect(first![2]).toBeGreaterThan(5_000);
  expect(first![3]).toBeGreaterThanOrEqual(15);
});

describe('processes', () => {
  const COUNT = 'let count = 0; exports.handler = async () => [process.pid, ++count];';

  test('are reused, and only the first request to one is cold', async () => {
    const { lambda, lines } = start(COUNT);
    const [first, second] = [await lambda.invoke({}), await lambda.invoke({})];
    expect(first).toMatchObject({ kind: 'answer', cold: true });
    expect(second).toMatchObject({ kind: 'answer', cold: false, value: [expect.any(Number), 2] });
    expect(lines.filter((line) => /^fn: init \d+ ms$/.test(line))).toHaveLength(1);
  });

  test('serve one request at a time, up to the maximum of processes', async () => {
    const { lambda } = start(
      'let busy = 0; exports.handler = async () => { const others = busy++; await new Promise((r) => setTimeout(r, 20)); busy--; return [process.pid, others]; };',
      { maxProcesses: 2 },
    );
    const values = (await Promise.all(Array.from({ length: 8 }, () => valueOf(lambda.invoke({}))))) as [
      number,
      number,
    ][];
    expect(new Set(values.map(([pid]) => pid)).size).toBe(2);
    expect(values.every(([, others]) => others === 0)).toBe(true);
  });

  test('are frozen between requests: unfinished work goes on with the next one', async () => {
    const { lambda } = start(
      "let ticks = 0; exports.handler = async (event) => { if (event === 'begin') setInterval(() => ticks++, 1); else await new Promise((r) => setTimeout(r, 20)); return ticks; };",
    );
    await valueOf(lambda.invoke('begin'));
    await setTimeout(200);
    const ticks = (await valueOf(lambda.invoke('look'))) as number;
    expect(ticks).toBeGreaterThan(0);
    expect(ticks).toBeLessThan(100);
  });

  test('log more than fits into a pipe, in full and per request', async () => {
    const { lambda, lines } = start(
      "exports.handler = async () => { for (let at = 0; at < 20000; at++) console.log('line ' + at + '.'.repeat(80)); return 'done'; };",
      { maxProcesses: 1 },
    );
    for (let time = 1; time <= 3; time++) {
      expect(await lambda.invoke({})).toMatchObject({ kind: 'answer', value: 'done' });
      expect(lines.filter((line) => line.startsWith('fn: line'))).toHaveLength(time * 20_000);
    }
  });

  test('end with the function, and leave no files', async () => {
    const { lambda } = start('exports.handler = async () => [process.pid, process.env.LAMBDA_TASK_ROOT];');
    const [pid, folder] = (await valueOf(lambda.invoke({}))) as [number, string];
    await lambda.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(existsSync(folder)).toBe(false);
    expect((await lambda.invoke({})).kind).toBe('exception');
  });
});

describe('the Node that a function runs on', () => {
  const VERSION = 'exports.handler = async () => process.versions.node;';

  testOnLambdasPlatform("is the template's, whichever Node runs this", async () => {
    const { lambda, lines } = start(VERSION);
    expect(`nodejs${String(await valueOf(lambda.invoke({})))}`).toMatch(
      new RegExp(`^${LAMBDA_EDGE.runtime.replace('.x', '')}\\.`),
    );
    expect(lines.join()).not.toContain('runs on Node');
  });

  test("is this one if the template's is not installed, and the log says so", async () => {
    const { lambda, lines } = start(VERSION, { definition: { runtime: 'nodejs99.x' } });
    const own = process.versions.node;
    expect(await valueOf(lambda.invoke({}))).toBe(own);
    expect(lines).toContain(`fn: runs on Node ${own}, since nodejs99.x is not installed here`);
  });
});

test('a process ends with its parent, even if that is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parent-'));
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => 1;');
  const parent = spawn(process.execPath, [
    '-e',
    `require('child_process').spawn(process.execPath, [${JSON.stringify(RUNTIME)}], {
      env: { _HANDLER: 'index.handler', LAMBDA_TASK_ROOT: ${JSON.stringify(folder)} },
      stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    });`,
  ]);
  // Only the function's process prints. Once both have ended, nobody holds the pipe.
  await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  await once(parent.stdout, 'end');
  expect(parent.stdout.readableEnded).toBe(true);
});

test('what the function prints is logged line by line, before its answer arrives', async () => {
  const { lambda, lines } = start(
    "exports.handler = async () => { console.log('one\\ntwo'); console.error('three'); process.stdout.write('fo'); process.stdout.write('ur é'); };",
  );
  await lambda.invoke({});
  expect(lines).toEqual(expect.arrayContaining(['fn: one', 'fn: two', 'fn: three', 'fn: four é']));
});
