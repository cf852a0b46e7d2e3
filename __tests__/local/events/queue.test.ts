import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Faults } from '../../../local/src/faults';
import { QUEUE_ARN, type Setting, type Stage, stage } from './stage';

let running: Stage | undefined;
let client: SQSClient | undefined;
afterEach(async () => {
  client?.destroy();
  await running?.close();
});

/** A stage without notifications, whose queue gets messages by `send`. */
async function start(setting: Setting = {}) {
  running = await stage({ ...setting, deployment: { notifications: [], ...setting.deployment } });
  const { events } = running;
  client = new SQSClient({
    endpoint: events.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const send = async (bodies: string[], DelaySeconds?: number) => {
    const delay = DelaySeconds === undefined ? {} : { DelaySeconds };
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody, ...delay }));
    await client!.send(new SendMessageBatchCommand({ QueueUrl: 'events', Entries }));
  };
  const depth = () => events.queues.get('events')!.depth();
  return { ...running, send, depth, dead: () => events.queues.get('dead')!.peek() };
}

const EMPTY = { visible: 0, inFlight: 0, delayed: 0 };

describe('a function that is fed from a queue', () => {
  test("gets messages in Lambda's event, and handled ones are deleted", async () => {
    const { send, events, invocations, depth } = await start();
    await send(['one']);
    await events.settled();
    expect(invocations()).toEqual([
      {
        Records: [
          expect.objectContaining({
            body: 'one',
            md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
            eventSource: 'aws:sqs',
            eventSourceARN: QUEUE_ARN,
            awsRegion: 'eu-central-1',
            attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }) as object,
          }),
        ],
      },
    ]);
    expect(depth()).toEqual(EMPTY);
  });

  test('gets at most the batch size', async () => {
    const { send, events, invocations, bodies } = await start({ mapping: { batchSize: 4 } });
    await send(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    await events.settled();
    expect(invocations().map(({ Records }) => Records.length)).toEqual(expect.arrayContaining([4, 4, 1]));
    expect(bodies().sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  test('gets messages in another order than they were sent', async () => {
    const { send, events, bodies } = await start();
    const sent = ['1', '2', '3', '4', '5', '6', '7', '8'];
    await send(sent);
    await events.settled();
    expect(bodies()).not.toEqual(sent);
    expect(bodies().sort()).toEqual(sent);
  });

  test('waits for a batch to fill until the window closes', async () => {
    const { send, events, invocations, clock, depth } = await start({ mapping: { windowSeconds: 30 } });
    await send(['1']);
    await send(['2']);
    expect(depth()).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
    expect(invocations()).toEqual([]);
    clock.advance(30_000);
    await events.settled();
    expect(invocations().map(({ Records }) => Records.length)).toEqual([2]);
  });

  test('does not wait for the window when the batch is full', async () => {
    const { send, events, invocations } = await start({ mapping: { windowSeconds: 300, batchSize: 2 } });
    await send(['1', '2']);
    await events.settled();
    expect(invocations().map(({ Records }) => Records.length)).toEqual([2]);
  });

  test('runs at most at the maximum concurrency', async () => {
    const handler = `exports.handler = async () => {
      const fs = require('fs');
      const folder = require('os').tmpdir() + '/' + process.ppid + '-' + process.env.AWS_LAMBDA_FUNCTION_NAME;
      fs.mkdirSync(folder, { recursive: true });
      const file = folder + '/' + process.pid;
      fs.writeFileSync(file, '');
      await new Promise((resolve) => setTimeout(resolve, 30));
      console.log('{"Records":[],"busy":' + fs.readdirSync(folder).length + '}');
      fs.unlinkSync(file);
    };`;
    const { send, events, invocations } = await start({ handler, mapping: { batchSize: 1, maximumConcurrency: 2 } });
    await send(['1', '2', '3', '4', '5', '6', '7', '8']);
    await events.settled();
    const busy = invocations().map((event) => (event as unknown as { busy: number }).busy);
    expect(busy).toHaveLength(8);
    expect(Math.max(...busy)).toBe(2);
  });

  test('may get a message twice', async () => {
    const { send, events, bodies, depth } = await start({ options: { duplicateEvery: 3 } });
    await send(['1', '2', '3', '4', '5']);
    await events.settled();
    expect(new Set(bodies())).toEqual(new Set(['1', '2', '3', '4', '5']));
    expect(bodies().length).toBeGreaterThan(5);
    expect(depth()).toEqual(EMPTY);
  });
});

describe('a message that fails', () => {
  test('is retried alone, after the visibility timeout', async () => {
    const { send, events, bodies, clock, depth } = await start();
    await send(['good', 'fail']);
    await events.settled();
    expect(depth()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    clock.advance(59_000);
    await events.settled();
    expect(bodies().sort()).toEqual(['fail', 'good']);
    clock.advance(2_000);
    await events.settled();
    expect(bodies().sort()).toEqual(['fail', 'fail', 'good']);
  });

  test('is retried with its batch if the function throws', async () => {
    const { send, events, bodies, clock } = await start();
    await send(['good', 'throw']);
    await events.settled();
    clock.advance(61_000);
    await events.settled();
    expect(bodies().sort()).toEqual(['good', 'good', 'throw', 'throw']);
  });

  test('goes to the dead-letter queue after the maximum number of receives', async () => {
    const { send, events, bodies, clock, depth, dead } = await start();
    await send(['fail']);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await events.settled();
      clock.advance(61_000);
    }
    await events.settled();
    expect(bodies()).toEqual(['fail', 'fail', 'fail']);
    expect(dead()).toEqual(['fail']);
    expect(depth()).toEqual(EMPTY);
  });

  test('counts its receipts', async () => {
    const { send, events, invocations, clock } = await start();
    await send(['fail']);
    await events.settled();
    clock.advance(61_000);
    await events.settled();
    const counts = invocations().map(({ Records }) => Records[0]!.attributes.ApproximateReceiveCount);
    expect(counts).toEqual(['1', '2']);
  });

  test('is deleted anyway without ReportBatchItemFailures', async () => {
    const { send, events, depth } = await start({ mapping: { reportsBatchItemFailures: false } });
    await send(['fail']);
    await events.settled();
    expect(depth()).toEqual(EMPTY);
  });

  test.each([
    ['a stranger', '{"batchItemFailures":[{"itemIdentifier":"stranger"}]}', 1],
    ['an entry without a name', '{"batchItemFailures":[{}]}', 1],
    ['something else than a list', '{"batchItemFailures":"all"}', 1],
    ['an empty list', '{"batchItemFailures":[]}', 0],
    ['nothing', '{}', 0],
    ['null', 'null', 0],
  ])('is recognised in an answer with %s', async (_, answer, kept) => {
    const { send, events, depth } = await start();
    await send([`answer:${answer}`]);
    await events.settled();
    expect(depth()).toEqual({ ...EMPTY, inFlight: kept });
  });

  test('because of a fault is retried, too', async () => {
    const { send, events, bodies, clock } = await start({
      options: { faults: new Faults(['lambda:Invoke=throttle,times=1']) },
    });
    await send(['good']);
    await events.settled();
    expect(bodies()).toEqual([]);
    clock.advance(61_000);
    await events.settled();
    expect(bodies()).toEqual(['good']);
  });
});

describe('a delay', () => {
  test('of a message holds it back', async () => {
    const { send, events, bodies, clock, depth } = await start();
    await send(['later'], 40);
    await send(['now']);
    await events.settled();
    expect(bodies()).toEqual(['now']);
    expect(depth()).toEqual({ ...EMPTY, delayed: 1 });
    clock.advance(40_000);
    await events.settled();
    expect(bodies()).toEqual(['now', 'later']);
  });

  test('of the queue applies to messages without their own', async () => {
    const { send, events, bodies, clock } = await start({ queue: { delaySeconds: 20 } });
    await send(['default']);
    await send(['own'], 0);
    await events.settled();
    expect(bodies()).toEqual(['own']);
    clock.advance(20_000);
    await events.settled();
    expect(bodies()).toEqual(['own', 'default']);
  });
});

test('a message older than the retention period is deleted', async () => {
  const { send, events, bodies, clock, depth, dead } = await start({ queue: { retentionSeconds: 100 } });
  await send(['fail']);
  await events.settled();
  clock.advance(101_000);
  await events.settled();
  expect(bodies()).toEqual(['fail']);
  expect(dead()).toEqual([]);
  expect(depth()).toEqual(EMPTY);
});
