import { type Running, photo, run } from '../../local/running';

/** What a request of a pass meets, more often than a client tries by itself. */
const FAULTS = [
  's3:ListObjectsV2=503,times=4',
  's3:DeleteObjects=500,times=4',
  's3:HeadObject=503,times=5',
  'cloudfront:CreateInvalidation=throttle,times=5',
  'sqs:SendMessageBatch=500,times=4',
  'lambda:Invoke=500,times=2',
];

/** Failed messages come back later each time, after a quarter of an hour at most. */
const TRIES = 12;
const LATEST_RETRY_MS = 15 * 60_000;

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());

const depths = () => [...local.events.queues.values()].map((queue) => queue.depth());

const isLeft = () => depths().some(({ visible, inFlight, delayed }) => visible + inFlight + delayed > 0);

/** Lets time pass until every message is handled, or given up. */
async function drain(): Promise<void> {
  await local.settled();
  for (let tries = 0; tries < TRIES && isLeft(); tries++) {
    local.clock.advance(LATEST_RETRY_MS);
    await local.settled();
  }
}

test.each(FAULTS)('a change is not lost to %s', async (fault) => {
  const key = `${fault.replaceAll(/\W/g, '')}.jpg`;
  await local.put(key, await photo(300, 200));
  await local.settle();
  const before = await local.get(`/100x100/${key}`);
  local.faults.add(fault);
  await local.put(key, await photo(200, 300));
  await drain();
  expect(isLeft()).toBe(false);
  const after = await local.get(`/100x100/${key}`);
  expect(after.status).toBe(200);
  expect(after.headers['etag']).not.toBe(before.headers['etag']);
  const stored = await local.stored(`${local.generation}/${key}/100x100-cover-focus.auto`);
  expect(stored.headers['etag']).toBe(after.headers['etag']);
});

test('connections that S3 has closed while the function was frozen fail no change', async () => {
  const keys = Array.from({ length: 60 }, (_, index) => `frozen/${index}.jpg`);
  const upload = async (picture: Buffer) => {
    for (const key of keys) await local.put(key, picture);
    await local.settle();
  };
  await upload(await photo(30, 20));
  local.s3!.closeIdleConnections();
  const logged = local.logged.length;
  await upload(await photo(20, 30));
  expect(local.logged.slice(logged).filter((line) => line.includes('failed'))).toEqual([]);
});

test('a change that fails every time ends in the dead-letter queue, where an alarm sees it', async () => {
  await local.put('never.jpg', await photo(30, 20));
  await local.settle();
  local.faults.add('s3:ListObjectsV2=503');
  await local.put('never.jpg', await photo(20, 30));
  await drain();
  local.faults.clear();
  const dead = [...local.events.queues.values()].find(({ definition }) => !definition.redrive);
  expect(dead!.peek().map((body) => JSON.parse(body).Records[0].s3.object.key)).toEqual(['never.jpg']);
});
