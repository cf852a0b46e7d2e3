import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { REGIONAL_EDGE_CACHES } from '../../edge/limits';
import type { StackParameter } from '../../edge/stack-parameter';
import { METRICS } from '../../edge/metrics';
import { logs as main } from '../../scripts/logs';
import { type Running, photo, run } from '../local/running';
import { execute, start } from './command';

/** Log events by region and group, as the functions here wrote them. */
const groups = new Map<string, { eventId: string; timestamp: number; message: string }[]>();
const asked: { region: string; logGroupName: string; startTime: number; nextToken?: string }[] = [];

/** CloudWatch Logs, of which this machine has none: FilterLogEvents, one event a page. */
const cloudWatchLogs = createServer((request, response) => {
  void answer(request, response);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization!)!;
  const input = { ...(JSON.parse(body) as (typeof asked)[number]), region };
  asked.push(input);
  const events = groups.get(`${region} ${input.logGroupName}`);
  const page = Number(input.nextToken ?? 0);
  const found = events
    ? {
        events: events.slice(page, page + 1).filter(({ timestamp }) => timestamp >= input.startTime),
        ...(page + 1 < events.length && { nextToken: String(page + 1) }),
      }
    : { __type: 'ResourceNotFoundException', message: 'The specified log group does not exist.' };
  response.writeHead(events ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(found));
}

let local: Running;
let environment: Record<string, string>;
beforeAll(async () => {
  local = await run();
  await local.put('a.jpg', await photo(300, 200));
  await local.put('notes.jpg', 'no image');
  await local.settle();
  await local.get('/100x100/a.jpg');
  await local.get('/100x100/notes.jpg');
  local.faults.add('s3:PutObject=AccessDenied');
  await local.get('/320w/a.jpg');
  for (const [index, line] of local.logged.entries()) {
    const [, name = '', message = ''] = /^(\S+): (\{.*)$/.exec(line) ?? [];
    if (!message) continue;
    const isEdge = message.includes(`"${METRICS.outcome}"`);
    const group = isEdge ? `us-east-1 /aws/lambda/us-east-1.${name.split(' ').at(-1)}` : refreshGroup();
    const event = { eventId: `e${index}`, timestamp: Date.now() - 60_000 + index, message: `${message}\n` };
    groups.set(group, [...(groups.get(group) ?? []), event]);
  }
  await new Promise<void>((resolve) => cloudWatchLogs.listen(0, '127.0.0.1', resolve));
  const { port } = cloudWatchLogs.address() as AddressInfo;
  environment = { ...local.environment, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${port}` };
});
afterAll(async () => {
  cloudWatchLogs.close();
  await local.close();
});

const stackParameter = () => JSON.parse(local.deployment.parameters[0]!.value) as StackParameter;

const refreshGroup = (): string => `us-east-1 ${stackParameter().logs.refresh.name}`;

/** `npm run logs` without a process of its own. */
const logs = (args: string[]) => execute(main, args, environment);

test('renders and refreshes are told in order, a line each', async () => {
  const { code, stdout } = await logs([]);
  const lines = stdout.trim().split('\n');
  expect(code).toBe(0);
  expect(lines.filter((line) => line.includes('"refreshed":"a.jpg"'))).not.toHaveLength(0);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^\S+Z {2}rendered {2}a\.jpg\/100x100-cover-focus\.auto {2}image\/jpeg {2}\d+ bytes {2}get \d+ ms {2}render \d+ ms {2}put \d+ ms$/,
    ),
  );
  const times = lines.map((line) => line.slice(0, 24));
  expect(times).toEqual([...times].sort());
});

test('--errors shows only what went wrong', async () => {
  const { stdout } = await logs(['--errors']);
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringContaining('UNSUPPORTED  notes.jpg/100x100'),
    expect.stringMatching(
      /unstored {2}a\.jpg\/320x\.auto .* rendered {2}PutObject of \S+: AccessDenied 403 request [0-9A-F]{16} The function may not use \S+ as/,
    ),
  ]);
});

test('what CloudFront did not take of an answer, and what a deploy could not invalidate, is among what went wrong', async () => {
  const { id, logs: groupsOf } = stackParameter();
  const write = (group: string, message: string) =>
    groups.set(`us-east-1 ${group}`, [{ eventId: group, timestamp: Date.now(), message }]);
  write(`/aws/cloudfront/LambdaEdge/${id}`, 'ERROR Validation error: The Lambda function returned an invalid entry.');
  write(groupsOf.newGeneration!.name, '{"error":"Throttling: Rate exceeded","command":"aws cloudfront …"}');
  const { stdout } = await logs(['--errors']);
  expect(stdout).toContain('Validation error');
  expect(stdout).toContain('Rate exceeded');
  groups.delete(`us-east-1 /aws/cloudfront/LambdaEdge/${id}`);
  groups.delete(`us-east-1 ${groupsOf.newGeneration!.name}`);
});

test('a stack that was deployed before it named the log of new generations is read, too', async () => {
  const parameter = local.deployment.parameters[0]!;
  const { value } = parameter;
  const { logs: groupsOf, ...stack } = stackParameter();
  parameter.value = JSON.stringify({ ...stack, logs: { renders: groupsOf.renders, refresh: groupsOf.refresh } });
  const { code, stdout, stderr } = await logs(['--errors']);
  parameter.value = value;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('UNSUPPORTED  notes.jpg');
});

test('without an Origin Shield, what each region with a regional edge cache has logged is read, in order', async () => {
  const parameter = local.deployment.parameters[0]!;
  const { value } = parameter;
  const { logs: groupsOf, ...stack } = stackParameter();
  const renders = groupsOf.renders.name;
  parameter.value = JSON.stringify({ ...stack, logs: { ...groupsOf, renders: { name: renders } } });
  const render = groups.get(`us-east-1 ${renders}`)!.find(({ message }) => message.includes('a.jpg'))!;
  const elsewhere = REGIONAL_EDGE_CACHES.filter((region) => region !== 'us-east-1');
  elsewhere.forEach((region, index) => {
    const message = render.message.replaceAll('a.jpg', `${region}.jpg`);
    // The latest first: regions are not in the order of time.
    groups.set(`${region} ${renders}`, [{ eventId: region, timestamp: Date.now() - 1_000 * (index + 1), message }]);
  });
  asked.length = 0;
  const { code, stdout } = await logs([]);
  parameter.value = value;
  for (const region of elsewhere) groups.delete(`${region} ${renders}`);
  expect(code).toBe(0);
  const refused = `/aws/cloudfront/LambdaEdge/${stack.id}`;
  for (const name of [renders, refused]) {
    const regions = asked.filter(({ logGroupName }) => logGroupName === name).map(({ region }) => region);
    expect([...new Set(regions)].sort()).toEqual([...REGIONAL_EDGE_CACHES].sort());
  }
  const keys = stdout
    .trim()
    .split('\n')
    .map((line) => /(\S+)\.jpg\//.exec(line)?.[1]);
  expect(keys.filter((key) => elsewhere.includes(key as never))).toEqual(elsewhere.toReversed());
  expect(keys).toContain('a');
});

test('--json shows what the functions wrote', async () => {
  const { stdout } = await logs(['--errors', '--json']);
  expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({ key: 'notes.jpg', Outcome: 'UNSUPPORTED' });
});

test('--follow goes on with what comes, and tells nothing twice', async () => {
  const following = start('logs', ['--follow', '--errors'], environment);
  const lines = () => following.stdout().split('\n').filter(Boolean);
  while (lines().length < 2) await sleep(50);
  const [group, events] = [...groups].find(([name]) => name.startsWith('us-east-1 /aws/lambda/us-east-1.'))!;
  const message = events.find((event) => event.message.includes('UNSUPPORTED'))!.message.replace('notes', 'more');
  groups.set(group, [...events, { eventId: 'later', timestamp: Date.now(), message }]);
  while (lines().length < 3) await sleep(50);
  following.interrupt();
  await following.finished;
  expect(lines()).toEqual(['notes.jpg', 'a.jpg', 'more.jpg'].map((key) => expect.stringContaining(` ${key}/`)));
});

test('where only this machine is to be asked, AWS is not', async () => {
  const { code, stderr } = await execute(main, [], local.environment);
  expect(stderr).toBe('npm start has no CloudWatch: it prints itself what the functions log.\n');
  expect(code).toBe(2);
});

test('--since bounds what is asked for', async () => {
  asked.length = 0;
  await logs(['--since', '30s']);
  for (const { startTime } of asked) expect(Math.abs(Date.now() - 30_000 - startTime)).toBeLessThan(20_000);
});

test.each([
  ['--since soon', ['--since', 'soon'], 'Say it as in 30m, 1h or 2d.'],
  [
    'a stack that is not there',
    ['--stack', 'Nothing'],
    'There is no parameter /Nothing/distribution in us-east-1, so there is no stack Nothing here',
  ],
])('%s is refused with a sentence', async (_, args, sentence) => {
  const { code, stderr } = await logs(args);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
