import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { raw } from './raw-request';
import { BUCKET, startWorld } from './support';
import type { World } from './support';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a.jpg', Body: 'x'.repeat(1000) }));
});
afterEach(() => world.faults.clear());
afterAll(() => world.close());

const PATH = `/${BUCKET}/a.jpg`;
const get = () => world.client().send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a.jpg' }));

it.each([
  ['503', 'SlowDown', 503],
  ['throttle', 'SlowDown', 503],
  ['500', 'InternalError', 500],
  ['403', 'AccessDenied', 403],
  ['404', 'NoSuchKey', 404],
  ['InvalidObjectState', 'InvalidObjectState', 403],
  ['KMS.DisabledException', 'KMS.DisabledException', 400],
])('answers %s with %s', async (what, name, httpStatusCode) => {
  world.faults.add(`s3:GetObject=${what}`);
  await expect(get()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
});

it('is got over by a client that tries again', async () => {
  world.faults.add('s3:GetObject=503,times=2');
  const client = world.client(undefined, { maxAttempts: 3 });
  const { $metadata } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a.jpg' }));
  expect($metadata.attempts).toBe(3);
});

it('breaks a body off half way', async () => {
  world.faults.add('s3:GetObject=cut');
  const { Body, ContentLength } = await get();
  expect(ContentLength).toBe(1000);
  await expect(Body?.transformToString()).rejects.toThrow('aborted');
});

it('loses the answer to an upload that took place', async () => {
  world.faults.add('s3:PutObject=cut,key=lost');
  const put = raw(world, { method: 'PUT', path: `/${BUCKET}/lost`, body: 'body' });
  await expect(put).rejects.toThrow(/hang up|ECONNRESET/);
  expect(await raw(world, { path: `/${BUCKET}/lost` })).toMatchObject({ status: 200, body: 'body' });
});

it('resets the connection before anything is done', async () => {
  world.faults.add('s3:PutObject=reset');
  await expect(raw(world, { method: 'PUT', path: `/${BUCKET}/reset`, body: 'body' })).rejects.toThrow(/ECONNRESET/);
  expect(await raw(world, { path: `/${BUCKET}/reset` })).toMatchObject({ status: 404 });
});

it('waits by the clock, which a test moves on', async () => {
  world.faults.add('s3:GetObject=latency=60000');
  const answer = raw(world, { path: PATH });
  let answered = false;
  void answer.then(() => (answered = true));
  // Another request shows that the first has long been there.
  await raw(world, { method: 'HEAD', path: PATH });
  expect(answered).toBe(false);
  const moving = setInterval(() => world.clock.advance(60_000), 10);
  const { status } = await answer.finally(() => clearInterval(moving));
  expect(status).toBe(200);
});
