import {
  ChangeMessageVisibilityBatchCommand,
  ListQueuesCommand,
  SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { SQS } from '../../../edge/limits';
import { startLambda } from '../../../local/src/functions/lambda';
import { Faults } from '../../../local/src/faults';
import { parseStatements } from '../../../local/src/iam/policy';
import { type Identities, issueCredentials } from '../../../local/src/iam/identities';
import { QUEUE_ARN, type Setting, type Stage, deploymentOf, stage } from './stage';

let running: Stage | undefined;
const clients: SQSClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await running?.close();
});

const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/events';

/** A queue, a client for it, and who may sign; with `isFed`, the queue feeds its function. */
async function start({
  actions = ['sqs:*'],
  isFed = false,
  ...setting
}: Setting & { actions?: string[]; isFed?: boolean } = {}) {
  const identities: Identities = new Map();
  running = await stage({
    ...setting,
    deployment: { notifications: [], ...(!isFed && { eventSourceMappings: [] }), ...setting.deployment },
    options: { identities, ...setting.options },
  });
  const statements = parseStatements([{ Effect: 'Allow', Action: actions, Resource: QUEUE_ARN }], 'role');
  const credentials = issueCredentials(identities, {
    kind: 'role',
    arn: 'arn:aws:iam::123456789012:role/refresh',
    statements,
  });
  const connect = (change: object = {}) => {
    const client = new SQSClient({
      endpoint: running!.events.url,
      region: 'eu-central-1',
      credentials: { ...credentials, ...change },
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  };
  return { ...running, client: connect(), connect, identities, statements };
}

const send = (MessageBody: string, more: object = {}) => new SendMessageCommand({ QueueUrl, MessageBody, ...more });

test('a message is queued as it was sent', async () => {
  const { client, events } = await start();
  const { MessageId, MD5OfMessageBody } = await client.send(send('Grüße 🦊'));
  expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
  expect(MD5OfMessageBody).toBe(createHash('md5').update('Grüße 🦊').digest('hex'));
  expect(events.queues.get('events')!.peek()).toEqual(['Grüße 🦊']);
});

test('a batch is sent entry by entry', async () => {
  const { client, events } = await start();
  const Entries = ['a', 'b', '\u0001'].map((MessageBody, index) => ({ Id: `n${index}`, MessageBody }));
  const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['n0', 'n1']);
  expect(sent.Failed).toEqual([expect.objectContaining({ Id: 'n2', Code: 'InvalidMessageContents' })]);
  expect(events.queues.get('events')!.peek()).toEqual(['a', 'b']);
});

test('a message can have its own delay', async () => {
  const { client, clock, events } = await start();
  await client.send(send('soon', { DelaySeconds: 5 }));
  expect(events.queues.get('events')!.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  clock.advance(5_000);
  expect(events.queues.get('events')!.peek()).toEqual(['soon']);
});

test('the visibility of a received message can be changed', async () => {
  const { client, clock, events, invocations } = await start({ isFed: true });
  await client.send(send('fail'));
  await events.settled();
  const { receiptHandle: ReceiptHandle } = invocations()[0]!.Records[0]!;
  const change = (VisibilityTimeout: number) =>
    client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: [{ Id: 'one', ReceiptHandle, VisibilityTimeout }] }),
    );
  expect((await change(100)).Successful).toEqual([{ Id: 'one' }]);
  clock.advance(99_000);
  await events.settled();
  expect(invocations()).toHaveLength(1);
  await change(0);
  await events.settled();
  expect(invocations()).toHaveLength(2);
  expect((await change(0)).Failed).toEqual([expect.objectContaining({ Code: 'MessageNotInflight' })]);
});

describe('what is refused', () => {
  const entries = (count: number, MessageBody: string) =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody }));

  test.each([
    [
      'a queue that is not there',
      send('x', { QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/none' }),
      'QueueDoesNotExist',
    ],
    ['a delay of more than 15 minutes', send('x', { DelaySeconds: SQS.delaySeconds + 1 }), 'InvalidParameterValue'],
    ['a message over the limit', send('x'.repeat(SQS.messageBytes + 1)), 'InvalidParameterValue'],
    ['characters that XML cannot carry', send('\u0000'), 'InvalidMessageContents'],
    [
      'what is not modelled',
      send('x', { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } }),
      'InvalidParameterValue',
    ],
    ['an action that is not modelled', new ListQueuesCommand({}), 'UnsupportedOperation'],
    ['an empty batch', new SendMessageBatchCommand({ QueueUrl, Entries: [] }), 'EmptyBatchRequest'],
    [
      'a batch of eleven',
      new SendMessageBatchCommand({ QueueUrl, Entries: entries(11, 'x') }),
      'TooManyEntriesInBatchRequest',
    ],
    [
      'a batch over the limit',
      new SendMessageBatchCommand({ QueueUrl, Entries: entries(2, 'x'.repeat(SQS.messageBytes / 2 + 1)) }),
      'BatchRequestTooLong',
    ],
    [
      'two entries of one name',
      new SendMessageBatchCommand({ QueueUrl, Entries: [...entries(1, 'x'), ...entries(1, 'y')] }),
      'BatchEntryIdsNotDistinct',
    ],
  ])('is %s', async (_, command, name) => {
    const { client } = await start();
    await expect(client.send(command as SendMessageCommand)).rejects.toMatchObject({
      name: expect.stringMatching(new RegExp(`${name}$`)) as string,
    });
  });

  test('is a message one byte over the limit', async () => {
    const { client } = await start();
    await expect(client.send(send('x'.repeat(SQS.messageBytes)))).resolves.toHaveProperty('MessageId');
  });

  test.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }],
    ['an unknown key', { accessKeyId: 'AKIANOBODY' }],
    ['a wrong token', { sessionToken: 'wrong' }],
  ])('is %s', async (_, change) => {
    const { connect } = await start();
    await expect(connect(change).send(send('x'))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  test('is an action that the role does not allow, and a log line says why', async () => {
    const { client, lines } = await start({ actions: ['sqs:ChangeMessageVisibility'] });
    await expect(client.send(send('x'))).rejects.toMatchObject({
      name: expect.stringContaining('AccessDenied') as string,
    });
    const Entries = [{ Id: 'one', ReceiptHandle: 'none', VisibilityTimeout: 0 }];
    const change = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
    await expect(client.send(change)).resolves.toBeDefined();
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^sqs: SendMessage refused: .*role\/refresh is not authorized to perform: sqs:sendmessage on/,
      ),
    );
  });
});

describe('a fault', () => {
  test.each([
    ['503', { $metadata: expect.objectContaining({ httpStatusCode: 503 }) as object }],
    ['throttle', { name: expect.stringContaining('RequestThrottled') as string }],
    ['reset', { message: expect.stringContaining('ECONNRESET') as string }],
  ])('of the kind %s reaches the client, and no message is queued', async (kind, expected) => {
    const { client, events } = await start({ options: { faults: new Faults([`sqs:SendMessage=${kind},times=1`]) } });
    await expect(client.send(send('x'))).rejects.toMatchObject(expected);
    expect(events.queues.get('events')!.depth().visible).toBe(0);
    await client.send(send('x'));
    expect(events.queues.get('events')!.depth().visible).toBe(1);
  });

  test('that cuts the response still queues the message', async () => {
    const { client, events } = await start({ options: { faults: new Faults(['sqs:SendMessage=cut,times=1']) } });
    await expect(client.send(send('x'))).rejects.toThrow('aborted');
    expect(events.queues.get('events')!.depth().visible).toBe(1);
  });
});

test('a function sends to its own queue through the SDK, by the URL in its environment', async () => {
  const { events, identities, statements, lines } = await start();
  const folder = await mkdtemp(join(tmpdir(), 'asset-'));
  const source = join(folder, 'source.ts');
  await writeFile(
    source,
    `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
     const client = new SQSClient({});
     export const handler = async (event) =>
       (await client.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: event.body }))).MessageId;`,
  );
  buildSync({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    outfile: join(folder, 'built', 'index.js'),
    nodePaths: [join(__dirname, '..', '..', '..', 'node_modules')],
  });
  const [definition] = deploymentOf({ definition: { environment: { QUEUE_URL: QueueUrl } } }).functions;
  await cp(join(folder, 'built'), definition!.assetDirectory, { recursive: true });
  const arn = 'arn:aws:iam::123456789012:role/refresh';
  const lambda = startLambda({
    definition: definition!,
    credentials: issueCredentials(identities, { kind: 'role', arn, statements }),
    endpoints: { sqs: events.url },
    log: (line) => lines.push(line),
  });
  const outcome = await lambda.invoke({ body: 'to myself' });
  await lambda.close();
  expect(outcome).toMatchObject({ kind: 'answer', value: expect.any(String) as string });
  expect(events.queues.get('events')!.peek()).toEqual(['to myself']);
});
