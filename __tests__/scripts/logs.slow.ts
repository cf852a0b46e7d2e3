import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { REGIONAL_EDGE_CACHES } from '../../edge/limits';
import type { StackParameter } from '../../edge/stack-parameter';
import { logs as main } from '../../scripts/logs';
import { type Running, photo, run } from '../local/running';
import { execute, start } from './command';
import { onScreen } from './screen';

let local: Running;
beforeAll(async () => {
  local = await run();
  await local.put('a.jpg', await photo(300, 200));
  await local.put('notes.jpg', 'no image');
  await local.settle();
  await local.get('/100x100/a.jpg');
  await local.get('/100x100/notes.jpg');
  local.faults.add('s3:PutObject=AccessDenied');
  await local.get('/320w/a.jpg');
});
afterAll(() => local.close());

const stackParameter = () => JSON.parse(local.deployment.parameters[0]!.value) as StackParameter;

/** `npm run logs` without a process of its own. */
const logs = (args: string[]) => execute(main, args, local.environment);

test('renders and refreshes are told in order, a line each', async () => {
  const { code, stdout } = await logs([]);
  const lines = stdout.trim().split('\n');
  expect(code).toBe(0);
  expect(lines).toContainEqual(expect.stringMatching(/^\S+Z {2}refreshed a\.jpg {2}0 of 0 variants deleted$/));
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^\S+Z {2}200 JPEG 100×100 \d+ k?B rendered in \d+ ms {2}a\.jpg\/100x100-cover-focus\.auto {2}get \d+ ms, render \d+ ms, put \d+ ms {2}a photograph$/,
    ),
  );
  const times = lines.map((line) => line.slice(0, 24));
  expect(times).toEqual([...times].sort());
});

test('--errors shows only what went wrong', async () => {
  const { stdout } = await logs(['--errors']);
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/Z {2}415 UNSUPPORTED in \d+ ms {2}notes\.jpg\/100x100/),
    expect.stringMatching(
      /Z {2}200 JPEG \S+ \d+ k?B rendered, unstored, in \d+ ms {2}a\.jpg\/320x\.auto .* {2}PutObject of \S+: AccessDenied 403 request [0-9A-F]{16} The function may not use \S+ as/,
    ),
  ]);
});

test('on a terminal lines are coloured, unless NO_COLOR is set', async () => {
  for (const [environment, isColoured] of [
    [{}, true],
    [{ NO_COLOR: '1' }, false],
  ] as const) {
    const screen = onScreen('logs', ['--errors'], {
      columns: 300,
      environment: { ...local.environment, ...environment },
    });
    expect(await screen.finished).toBe(0);
    expect(screen.lines()[0]).toMatch(/Z {2}415 UNSUPPORTED in/);
    expect(screen.written().includes('\x1b[33m415')).toBe(isColoured);
  }
  expect((await logs(['--errors'])).stdout).not.toContain('\x1b');
});

test('what CloudFront did not take of an answer, and what a deploy could not invalidate, is among what went wrong', async () => {
  const { id, logs: groupsOf } = stackParameter();
  const { region } = groupsOf.newGeneration!;
  const refused = 'ERROR Validation error: The Lambda function returned an invalid entry.';
  local.logs.write({ name: `/aws/cloudfront/LambdaEdge/${id}`, region }, refused);
  local.logs.write(groupsOf.newGeneration!, '{"error":"Throttling: Rate exceeded","command":"aws cloudfront …"}');
  const { stdout } = await logs(['--errors']);
  expect(stdout).toContain('Validation error');
  expect(stdout).toContain('Rate exceeded');
});

test('a stack that was deployed before it named the log of new generations is read, too', async () => {
  const parameter = local.deployment.parameters[0]!;
  const { value } = parameter;
  const { logs: groupsOf, ...stack } = stackParameter();
  parameter.value = JSON.stringify({ ...stack, logs: { renders: groupsOf.renders, refresh: groupsOf.refresh } });
  const { code, stdout, stderr } = await logs(['--errors']);
  parameter.value = value;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('415 UNSUPPORTED');
});

test('without an Origin Shield, what each region with a regional edge cache has logged is read, in order', async () => {
  const parameter = local.deployment.parameters[0]!;
  const { value } = parameter;
  const { logs: groupsOf, ...stack } = stackParameter();
  const { name } = groupsOf.renders;
  parameter.value = JSON.stringify({ ...stack, logs: { ...groupsOf, renders: { name } } });
  const { stdout: lines } = await logs(['--json']);
  const render = lines.split('\n').find((line) => line.includes('100x100-cover-focus'))!;
  const elsewhere = REGIONAL_EDGE_CACHES.filter((region) => region !== 'us-east-1');
  // The latest is of the first: regions are not in the order of time.
  for (const region of elsewhere.toReversed()) {
    local.clock.advance(1_000);
    local.logs.write({ name, region }, render.replaceAll('a.jpg', `${region}.jpg`));
    local.logs.write({ name: `/aws/cloudfront/LambdaEdge/${stack.id}`, region }, `ERROR refused in ${region}`);
  }
  const { code, stdout } = await logs([]);
  parameter.value = value;
  expect(code).toBe(0);
  const keys = [...stdout.matchAll(/ {2}(\S+)\.jpg\//g)].map(([, key]) => key);
  expect(keys.filter((key) => elsewhere.includes(key as never))).toEqual(elsewhere.toReversed());
  expect(keys).toContain('a');
  const refusals = [...stdout.matchAll(/refused in (\S+)/g)].map(([, region]) => region);
  expect(refusals).toEqual(elsewhere.toReversed());
});

test('--json shows what the functions wrote', async () => {
  const { stdout } = await logs(['--errors', '--json']);
  expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({ key: 'notes.jpg', Outcome: 'UNSUPPORTED' });
});

test('--follow goes on with what comes, and tells nothing twice', async () => {
  const following = start('logs', ['--follow', '--errors'], local.environment);
  const lines = () => following.stdout().split('\n').filter(Boolean);
  while (lines().length < 2) await sleep(50);
  const before = lines();
  local.logs.write(stackParameter().logs.refresh, '{"error":"later"}');
  while (!following.stdout().includes('later')) await sleep(50);
  following.interrupt();
  await following.finished;
  expect(lines()).toEqual([...before, expect.stringContaining('later')]);
});

test('--since bounds what is asked for', async () => {
  const asked: { startTime: number }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    asked.push((await json(request)) as { startTime: number });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"events":[]}');
  };
  const recording = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => recording.listen(0, '127.0.0.1', resolve));
  const { port } = recording.address() as AddressInfo;
  const endpoint = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${port}` };
  await execute(main, ['--since', '30s'], { ...local.environment, ...endpoint });
  recording.close();
  expect(asked.length).toBeGreaterThan(2);
  for (const { startTime } of asked) expect(Math.abs(Date.now() - 30_000 - startTime)).toBeLessThan(20_000);
});

test.each([
  ['--since soon', ['--since', 'soon'], 'Expected a duration such as 30m, 1h or 2d.'],
  [
    'a stack that is not there',
    ['--stack', 'Nothing'],
    'There is no parameter /Nothing/distribution in us-east-1, so there is no stack Nothing.',
  ],
])('%s is refused with a sentence', async (_, args, sentence) => {
  const { code, stderr } = await logs(args);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
