import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import { startCloudFrontFunction } from '../../../local/src/functions/cloudfront-function';
import { hasNjs } from '../../njs';

const eventFor = (uri: string): CloudFrontFunctionsEvent => ({
  version: '1.0',
  context: {
    distributionDomainName: 'd.cloudfront.net',
    distributionId: 'E',
    eventType: 'viewer-request',
    requestId: 'r',
  },
  viewer: { ip: '127.0.0.1' },
  request: { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} },
  response: { statusCode: 200, statusDescription: 'OK', headers: {}, cookies: {} },
});

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const fn of started.splice(0)) await fn.close();
});

function start(code: string, path?: string) {
  const lines: string[] = [];
  const fn = startCloudFrontFunction({
    name: 'viewer',
    code,
    log: (line) => lines.push(line),
    ...(path !== undefined && { path }),
  });
  started.push(fn);
  return { fn, lines };
}

const engines: ['njs' | 'vm', string | undefined][] = [
  ['vm', '/nowhere'],
  ...(hasNjs ? [['njs', undefined] as ['njs', undefined]] : []),
];

describe.each(engines)('a CloudFront Function in %s', (engine, path) => {
  test('answers with what its handler returns', async () => {
    const { fn } = start('function handler(event) { var r = event.request; r.uri += "/x"; return r; }', path);
    expect(fn.engine).toBe(engine);
    expect(await fn.run(eventFor('/a'))).toEqual({ kind: 'answer', value: { ...eventFor('/a/x').request } });
  });

  test('may be asynchronous', async () => {
    const { fn } = start('async function handler(event) { var r = await event.request; return r.uri; }', path);
    expect(await fn.run(eventFor('/later'))).toEqual({ kind: 'answer', value: '/later' });
  });

  test.each(['/é/日本語', '/🦊', '/"\\\'`${1}', '/\u2028\u2029\u0007', '/\u007f</script>'])(
    'keeps %j as it is',
    async (uri) => {
      const { fn } = start('function handler(event) { return event.request.uri; }', path);
      expect(await fn.run(eventFor(uri))).toEqual({ kind: 'answer', value: uri });
    },
  );

  test('may return a long answer', async () => {
    const { fn } = start('function handler(event) { return "日🦊x".repeat(2000); }', path);
    expect(await fn.run(eventFor('/'))).toEqual({ kind: 'answer', value: '日🦊x'.repeat(2000) });
  });

  test('that returns nothing answers null', async () => {
    const { fn } = start('function handler() {}', path);
    expect(await fn.run(eventFor('/'))).toEqual({ kind: 'answer', value: null });
  });

  test.each([
    ['throws', 'function handler() { throw new Error("no\\ngood"); }', /^Error: no good$/],
    ['rejects', 'async function handler() { throw new TypeError("later"); }', /^TypeError: later$/],
    ['does not parse', 'function handler( {', /SyntaxError/],
    ['lacks a handler', 'var other = 1;', /handler/],
    ['reads a field of nothing', 'function handler(event) { return event.none.such; }', /TypeError/],
    ['never settles', 'function handler() { return new Promise(function () {}); }', /ended without an answer/],
    ['makes code of a string', 'function handler() { return new Function("return 1")(); }', /Error/],
    ['asks for files', 'function handler() { return require("fs"); }', /Error/],
    ['reaches for the process', 'function handler() { return process.env.PATH.length; }', /Error/],
  ])('that %s is an exception of one line', async (_, code, message) => {
    const { fn } = start(code, path);
    const outcome = await fn.run(eventFor('/'));
    expect(outcome).toEqual({ kind: 'exception', message: expect.stringMatching(message) as string });
    expect(outcome).not.toMatchObject({ message: expect.stringContaining('\n') as string });
  });

  test('logs what it prints', async () => {
    const { fn, lines } = start('function handler() { console.log("seen", 7); return 1; }', path);
    expect(await fn.run(eventFor('/'))).toEqual({ kind: 'answer', value: 1 });
    expect(lines).toContain('viewer: seen 7');
  });

  test('has no state between requests', async () => {
    const { fn } = start('var count = 0; function handler() { count += 1; return count; }', path);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => fn.run(eventFor('/'))));
    expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'answer', value: 1 })));
  });
});

test('the log says once that njs is missing', async () => {
  const { fn, lines } = start('function handler() { return 1; }', '/nowhere');
  await fn.run(eventFor('/'));
  await fn.run(eventFor('/'));
  expect(lines).toEqual(['viewer: njs is not installed, so Node runs it, which allows more than CloudFront does']);
});

test('an endless loop in vm ends', async () => {
  const { fn } = start('function handler() { for (;;); }', '/nowhere');
  expect(await fn.run(eventFor('/'))).toEqual({
    kind: 'exception',
    message: expect.stringContaining('timed out') as string,
  });
});
