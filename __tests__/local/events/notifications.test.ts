import type { S3Event } from 'aws-lambda';
import type { EventRule } from '../../../local/src/deployment/deployment';
import { QUEUE_ARN, type Setting, type Stage, s3Event, stage } from './stage';

let running: Stage | undefined;
const start = async (setting?: Setting): Promise<Stage> => (running = await stage(setting));
afterEach(() => running?.close());

const notification = (change: object) => ({
  notifications: [
    { bucket: 'originals', events: ['s3:ObjectCreated:*'], queueArn: QUEUE_ARN, prefix: '', suffix: '', ...change },
  ],
});

const ruleFor = (pattern: Record<string, unknown>): EventRule => ({
  logicalId: 'Rule',
  stack: 'Home',
  region: 'eu-central-1',
  name: 'rule',
  arn: 'arn:aws:events:eu-central-1:123456789012:rule/rule',
  pattern,
  queueArns: [QUEUE_ARN],
});

async function keysAfter(setting: Setting, keys: string[]): Promise<string[]> {
  const { events, bodies } = await start(setting);
  for (const key of keys) events.onS3Event(s3Event({ key }));
  await events.settled();
  const objects = bodies()
    .map((body) => JSON.parse(body) as { detail?: { object: { key: string } }; Records?: S3Event['Records'] })
    .map(({ detail, Records }) => detail?.object.key ?? Records?.[0]?.s3.object.key);
  return objects.filter((key) => key !== undefined).sort();
}

describe('a notification of a bucket', () => {
  test('reaches the function as S3 writes it', async () => {
    const { events, bodies } = await start();
    events.onS3Event(s3Event());
    await events.settled();
    const [record] = bodies()
      .map((body) => JSON.parse(body) as Partial<S3Event>)
      .flatMap(({ Records }) => Records ?? []);
    expect(record).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'eu-central-1',
      eventTime: '2026-01-02T03:04:05.678Z',
      eventName: 'ObjectCreated:Put',
      s3: {
        bucket: { name: 'originals', arn: 'arn:aws:s3:::originals' },
        object: { key: 'a.jpg', size: 1234, eTag: '0123456789abcdef0123456789abcdef', sequencer: '0055AED6DCD90281E5' },
      },
    });
  });

  test('has a form-encoded key', async () => {
    expect(await keysAfter({}, ["a b+c/(1)'!~*.jpg", '日本 🦊%20.jpg'])).toEqual([
      '%E6%97%A5%E6%9C%AC+%F0%9F%A6%8A%2520.jpg',
      'a+b%2Bc/%281%29%27%21%7E*.jpg',
    ]);
  });

  test('has no size and ETag for a removed object', async () => {
    const { events, bodies } = await start();
    const { etag: _, size: __, ...gone } = s3Event({ type: 'ObjectRemoved:Delete' });
    events.onS3Event(gone);
    await events.settled();
    const removed = bodies().filter((body) => body.includes('ObjectRemoved:Delete'));
    expect(removed).toHaveLength(1);
    expect(Object.keys((JSON.parse(removed[0]!) as S3Event).Records[0]!.s3.object)).toEqual(['key', 'sequencer']);
  });

  test('begins with the test event, which only names the bucket', async () => {
    const { events, bodies } = await start();
    await events.settled();
    expect(bodies().map((body) => JSON.parse(body) as object)).toEqual([
      expect.objectContaining({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'originals' }),
    ]);
  });

  test.each([
    ['prefix', { prefix: 'photos/' }, ['photos/b.png']],
    ['suffix', { suffix: '.jpg' }, ['a.jpg']],
    ['kind of event', { events: ['s3:ObjectCreated:Copy'] }, []],
    ['other bucket', { bucket: 'another' }, []],
  ])('is filtered by %s', async (_, change, expected) => {
    expect(await keysAfter({ deployment: notification(change) }, ['a.jpg', 'photos/b.png'])).toEqual(expected);
  });

  test('is refused by a queue whose policy does not admit S3', async () => {
    const { events, bodies, lines } = await start({ queue: { policy: [] } });
    events.onS3Event(s3Event());
    await events.settled();
    expect(bodies()).toEqual([]);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^s3\.amazonaws\.com for arn:aws:s3:::originals is not authorized to perform sqs:SendMessage/,
      ),
    );
  });
});

describe('a rule of EventBridge', () => {
  const bridged = (pattern: Record<string, unknown>): Setting => ({
    deployment: { notifications: [], eventBridgeBuckets: ['originals'], rules: [ruleFor(pattern)] },
  });

  test("forwards the event in EventBridge's structure, with a plain key", async () => {
    const { events, bodies } = await start(bridged({ source: ['aws.s3'] }));
    events.onS3Event(s3Event({ key: 'a b+ü.jpg', type: 'ObjectCreated:CompleteMultipartUpload' }));
    events.onS3Event(s3Event({ key: 'old.jpg', type: 'LifecycleExpiration:Delete' }));
    await events.settled();
    const [created, deleted] = bodies()
      .map((body) => JSON.parse(body) as { 'detail-type': string })
      .sort((a, b) => a['detail-type'].localeCompare(b['detail-type']));
    expect(created).toMatchObject({
      version: '0',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '123456789012',
      time: '2026-01-02T03:04:05Z',
      region: 'eu-central-1',
      resources: ['arn:aws:s3:::originals'],
      detail: {
        bucket: { name: 'originals' },
        object: { key: 'a b+ü.jpg', size: 1234, etag: '0123456789abcdef0123456789abcdef' },
        reason: 'CompleteMultipartUpload',
      },
    });
    expect(deleted).toMatchObject({
      'detail-type': 'Object Deleted',
      detail: { reason: 'Lifecycle Expiration', 'deletion-type': 'Permanently Deleted' },
    });
  });

  test.each([
    ['bucket', { detail: { bucket: { name: ['originals'] } } }, ['a.jpg', 'photos/b.png']],
    ['other bucket', { detail: { bucket: { name: ['another'] } } }, []],
    ['prefix', { detail: { object: { key: [{ prefix: 'photos/' }] } } }, ['photos/b.png']],
    ['one of several', { detail: { object: { key: ['x', { suffix: '.jpg' }] } } }, ['a.jpg']],
    ['wildcard', { detail: { object: { key: [{ wildcard: '*/b.*' }] } } }, ['photos/b.png']],
    ['what is not', { detail: { object: { key: [{ 'anything-but': { prefix: 'photos/' } }] } } }, ['a.jpg']],
    ['letters of any case', { detail: { object: { key: [{ 'equals-ignore-case': 'A.JPG' }] } } }, ['a.jpg']],
    ['absence', { detail: { 'deletion-type': [{ exists: false }] } }, ['a.jpg', 'photos/b.png']],
    ['type', { 'detail-type': ['Object Deleted'] }, []],
  ])('matches by %s', async (_, pattern, expected) => {
    expect(await keysAfter(bridged(pattern), ['a.jpg', 'photos/b.png'])).toEqual(expected);
  });

  test('gets no event of a bucket that does not send to EventBridge', async () => {
    const setting = bridged({ source: ['aws.s3'] });
    expect(await keysAfter({ deployment: { ...setting.deployment, eventBridgeBuckets: [] } }, ['a.jpg'])).toEqual([]);
  });

  test('gets the events of a bucket that no stack creates', async () => {
    const setting = bridged({ source: ['aws.s3'] });
    const deployment = { ...setting.deployment, buckets: [], eventBridgeBuckets: [] };
    expect(await keysAfter({ deployment }, ['a.jpg'])).toEqual(['a.jpg']);
  });

  test('whose pattern is not modelled is an error of one line', async () => {
    await expect(stage(bridged({ detail: { object: { size: [{ numeric: ['>', 1] }] } } }))).rejects.toThrow(
      'Home/Rule: the event pattern {"numeric":[">",1]} is not modelled',
    );
  });
});
