import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { raw } from './raw-request';
import { BUCKET, startTestS3 } from './support';
import type { TestS3 } from './support';

let server: TestS3;

beforeAll(async () => {
  server = await startTestS3();
  await server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a.jpg', Body: 'x'.repeat(1000) }));
});
afterEach(() => server.faults.clear());
afterAll(() => server.close());

const PATH = `/${BUCKET}/a.jpg`;
const get = () => server.client().send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a.jpg' }));

it.each([
  ['503', 'SlowDown', 503],
  ['throttle', 'SlowDown', 503],
  ['500', 'InternalError', 500],
  ['403', 'AccessDenied', 403],
  ['404', 'NoSuchKey', 404],
  ['InvalidObjectState', 'InvalidObjectState', 403],
  ['KMS.DisabledException', 'KMS.DisabledException', 400],
])('answers %s with %s', async (what, name, httpStatusCode) => {
  server.faults.add(`s3:GetObject=${what}`);
  await expect(get()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
});

it('is survived by a client that retries', async () => {
  server.faults.add('s3:GetObject=503,times=2');
  const client = server.client(undefined, { maxAttempts: 3 });
  const { $metadata } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a.jpg' }));
  expect($metadata.attempts).toBe(3);
});

it('cuts a body off half way', async () => {
  server.faults.add('s3:GetObject=cut');
  const { Body, ContentLength } = await get();
  expect(ContentLength).toBe(1000);
  await expect(Body?.transformToString()).rejects.toThrow('aborted');
});

it('loses the response to a completed upload', async () => {
  server.faults.add('s3:PutObject=cut,key=lost');
  const put = raw(server, { method: 'PUT', path: `/${BUCKET}/lost`, body: 'body' });
  await expect(put).rejects.toThrow(/hang up|ECONNRESET/);
  expect(await raw(server, { path: `/${BUCKET}/lost` })).toMatchObject({ status: 200, body: 'body' });
});

it('resets the connection before anything is done', async () => {
  server.faults.add('s3:PutObject=reset');
  await expect(raw(server, { method: 'PUT', path: `/${BUCKET}/reset`, body: 'body' })).rejects.toThrow(/ECONNRESET/);
  expect(await raw(server, { path: `/${BUCKET}/reset` })).toMatchObject({ status: 404 });
});

it('delays by the clock, which a test can move', async () => {
  server.faults.add('s3:GetObject=latency=60000');
  const answer = raw(server, { path: PATH });
  let answered = false;
  void answer.then(() => (answered = true));
  // Another request shows that the first has arrived.
  await raw(server, { method: 'HEAD', path: PATH });
  expect(answered).toBe(false);
  const moving = setInterval(() => server.clock.advance(60_000), 10);
  const { status } = await answer.finally(() => clearInterval(moving));
  expect(status).toBe(200);
});
