import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { Clock } from '../../local/src/clock';
import { Faults } from '../../local/src/faults';
import type { HttpServer } from '../../local/src/http/server';
import { type Identities, issueCredentials } from '../../local/src/iam/identities';
import { parseStatements } from '../../local/src/iam/policy';
import { startCloudWatchLogs } from '../../local/src/logs/api';
import { LogGroups } from '../../local/src/logs/log-groups';

const ACCOUNT = '123456789012';
const GROUP = { name: '/aws/lambda/us-east-1.Images', region: 'eu-west-1' };

let server: HttpServer;
let clock: Clock;
let groups: LogGroups;
const faults = new Faults();
const identities: Identities = new Map();
const logged: string[] = [];
const clients: CloudWatchLogsClient[] = [];
beforeEach(async () => {
  logged.length = 0;
  clock = new Clock();
  groups = new LogGroups({ account: ACCOUNT, clock, log: (line) => logged.push(line) });
  server = await startCloudWatchLogs({ groups, identities, account: ACCOUNT, clock, faults, log: () => undefined });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  faults.clear();
  await server.close();
});

const roleWith = (action: string | string[], resource = '*') => ({
  kind: 'role' as const,
  arn: `arn:aws:iam::${ACCOUNT}:role/r`,
  statements: parseStatements([{ Effect: 'Allow', Action: action, Resource: resource }], 'role'),
});
const WRITER = roleWith(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']);

function clientIn(region: string, principal = roleWith('logs:FilterLogEvents')): CloudWatchLogsClient {
  const credentials = issueCredentials(identities, principal);
  const client = new CloudWatchLogsClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

const filter = async (input: Partial<FilterLogEventsCommandInput> = {}, client = clientIn(GROUP.region)) =>
  client.send(new FilterLogEventsCommand({ logGroupName: GROUP.name, ...input }));

test("a function's log is in the region where it ran, and in no other", async () => {
  groups.writerFor(GROUP, WRITER)('{"a":1}');
  const { events } = await filter();
  expect(events).toEqual([
    {
      eventId: expect.stringMatching(/^\d{56}$/),
      logStreamName: expect.any(String),
      timestamp: expect.any(Number),
      ingestionTime: expect.any(Number),
      message: '{"a":1}\n',
    },
  ]);
  await expect(filter({}, clientIn('us-east-1'))).rejects.toThrow('The specified log group does not exist.');
});

test('a group of the deployment exists before anything is logged', async () => {
  await expect(filter()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  groups.create(GROUP);
  expect((await filter()).events).toEqual([]);
});

test('a search is limited by times, and its pages by events and 1 MB', async () => {
  const write = groups.writerFor(GROUP, WRITER);
  const began = clock.now();
  for (let number = 0; number < 5; number++) {
    write(String(number));
    clock.advance(1_000);
  }
  const messages = async (input: Partial<FilterLogEventsCommandInput>) => {
    const pages: (string | undefined)[][] = [];
    const pagination = paginateFilterLogEvents(
      { client: clientIn(GROUP.region) },
      { logGroupName: GROUP.name, ...input },
    );
    for await (const { events = [] } of pagination) pages.push(events.map(({ message }) => message?.slice(0, 1)));
    return pages;
  };
  expect(await messages({ limit: 2 })).toEqual([['0', '1'], ['2', '3'], ['4']]);
  expect(await messages({ startTime: began + 1_000, endTime: began + 3_500 })).toEqual([['1', '2', '3']]);
  for (const letter of 'abc') write(letter.repeat(600_000));
  expect(await messages({ startTime: began + 4_500 })).toEqual([['a'], ['b'], ['c']]);
});

test('a token is valid only for its own search', async () => {
  const write = groups.writerFor(GROUP, WRITER);
  for (const message of ['a', 'b', 'c']) write(message);
  const { nextToken } = await filter({ limit: 1 });
  expect((await filter({ limit: 1, nextToken })).events![0]!.message).toBe('b\n');
  for (const input of [{ limit: 2, nextToken }, { nextToken: 'made-up' }]) {
    await expect(filter(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
});

test.each([
  { logGroupName: 'a b' },
  { logGroupName: 'a'.repeat(513) },
  { limit: 0 },
  { limit: 10_001 },
  { startTime: -1 },
  { startTime: 2, endTime: 1 },
  // Not modelled.
  { filterPattern: 'ERROR' },
])('%j is refused', async (input) => {
  groups.create(GROUP);
  await expect(filter(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('without permission, a caller does not learn whether a log exists; other operations are not modelled', async () => {
  const stranger = clientIn(GROUP.region, roleWith('logs:FilterLogEvents', 'arn:aws:logs:*:*:log-group:other:*'));
  await expect(filter({}, stranger)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`log-group:${GROUP.name}:log-stream:`),
  });
  await expect(clientIn(GROUP.region).send(new DescribeLogGroupsCommand({}))).rejects.toThrow('is not modelled');
  faults.add('logs:FilterLogEvents=throttle');
  await expect(filter()).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test('a function whose role may not log has no log, and a line says so once', async () => {
  const write = groups.writerFor(GROUP, roleWith(['logs:CreateLogStream', 'logs:PutLogEvents']));
  write('lost');
  write('lost, too');
  expect(logged).toEqual([`arn:aws:iam::${ACCOUNT}:role/r may not logs:CreateLogGroup: ${GROUP.name} gets no log`]);
  // An existing group needs fewer permissions.
  groups.create(GROUP);
  write('kept');
  expect((await filter()).events!.map(({ message }) => message)).toEqual(['kept\n']);
});
