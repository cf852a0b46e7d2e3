import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { SQS } from '../../../edge/limits';
import { startLambda } from '../../../local/functions/lambda';
import { Faults } from '../../../local/faults';
import { parseStatements } from '../../../local/iam/policy';
import { type Identities, issueCredentials } from '../../../local/s3/identities';
import { QUEUE_ARN, type Setting, type Stage, deploymentOf, stage } from './stage';

let running: Stage | undefined;
const clients: SQSClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await running?.close();
});

const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/events';

/** A queue that feeds nothing, a client for it, and the identities of those who may sign. */
async function start({ actions = ['sqs:*'], ...setting }: Setting & { actions?: string[] } = {}) {
  const identities: Identities = new Map();
  running = await stage({
    ...setting,
    deployment: { notifications: [], eventSourceMappings: [], ...setting.deployment },
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
const receive = (more: object = {}) => new ReceiveMessageCommand({ QueueUrl, ...more });

test('a message goes in, comes out once, and is deleted by its receipt', async () => {
  const { client, clock } = await start();
  const { MessageId } = await client.send(send('Grüße 🦊'));
  const { Messages } = await client.send(receive({ MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }));
  expect(Messages).toEqual([
    expect.objectContaining({
      MessageId,
      Body: 'Grüße 🦊',
      Attributes: expect.objectContaining({
        ApproximateReceiveCount: '1',
        SenderId: 'arn:aws:iam::123456789012:role/refresh',
      }) as object,
    }),
  ]);
  expect((await client.send(receive())).Messages).toBeUndefined();
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
  clock.advance(61_000);
  expect((await client.send(receive())).Messages).toBeUndefined();
});

test('an old receipt deletes nothing', async () => {
  const { client, clock } = await start();
  await client.send(send('again'));
  const { Messages: first } = await client.send(receive());
  clock.advance(61_000);
  const { Messages: second } = await client.send(receive());
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first![0]!.ReceiptHandle }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(second![0]!.Body).toBe('again');
  expect(Attributes).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1', QueueArn: QUEUE_ARN });
});

test('a batch is sent and deleted entry by entry', async () => {
  const { client } = await start();
  const Entries = ['a', 'b', '\u0001'].map((MessageBody, index) => ({ Id: `n${index}`, MessageBody }));
  const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['n0', 'n1']);
  expect(sent.Failed).toEqual([expect.objectContaining({ Id: 'n2', Code: 'InvalidMessageContents' })]);
  const { Messages } = await client.send(receive({ MaxNumberOfMessages: 10 }));
  const handles = Messages!.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle: ReceiptHandle! }));
  const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
  expect(deleted.Successful).toHaveLength(2);
});

test('a receiver waits for a message to come', async () => {
  const { client, clock } = await start();
  await client.send(send('soon', { DelaySeconds: 5 }));
  const waiting = client.send(receive({ WaitTimeSeconds: 20 }));
  const attributes = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessagesDelayed'],
  });
  expect((await client.send(attributes)).Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
  clock.advance(5_000);
  expect((await waiting).Messages?.[0]?.Body).toBe('soon');
});

test('a receipt can be given back, or kept for longer', async () => {
  const { client, clock } = await start();
  await client.send(send('x'));
  const { Messages } = await client.send(receive());
  const { ReceiptHandle } = Messages![0]!;
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 100 }));
  clock.advance(99_000);
  expect((await client.send(receive())).Messages).toBeUndefined();
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  expect((await client.send(receive())).Messages).toHaveLength(1);
});

test('a queue is found by its name and can be purged', async () => {
  const { client, events } = await start();
  const { QueueUrl: found } = await client.send(new GetQueueUrlCommand({ QueueName: 'events' }));
  expect(found).toBe(`${events.url}/123456789012/events`);
  await client.send(new SendMessageCommand({ QueueUrl: found, MessageBody: 'x' }));
  await client.send(new PurgeQueueCommand({ QueueUrl: found }));
  expect(events.queues.get('events')!.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
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

  test('is a message of the largest size only one byte further on', async () => {
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

  test('is what the role does not allow, with the reason in one line of the log', async () => {
    const { client, lines } = await start({ actions: ['sqs:ReceiveMessage'] });
    await expect(client.send(send('x'))).rejects.toMatchObject({
      name: expect.stringContaining('AccessDenied') as string,
    });
    await expect(client.send(receive())).resolves.toBeDefined();
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
  ])('of the kind %s reaches the client, and nothing is sent', async (kind, expected) => {
    const { client, events } = await start({ options: { faults: new Faults([`sqs:SendMessage=${kind},times=1`]) } });
    await expect(client.send(send('x'))).rejects.toMatchObject(expected);
    expect(events.queues.get('events')!.depth().visible).toBe(0);
    await client.send(send('x'));
    expect(events.queues.get('events')!.depth().visible).toBe(1);
  });

  test('that cuts the answer off leaves the message sent', async () => {
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
