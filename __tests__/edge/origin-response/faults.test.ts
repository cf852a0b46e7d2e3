import { type Running, photo, run, clearFaults } from '../../local/running';

let local: Running;
beforeAll(async () => {
  local = await run();
  await local.put('photo.jpg', await photo(800, 600));
});
afterAll(() => local.close());
afterEach(() => clearFaults(local));

test('a variant that cannot be stored is sent without caching, and stored on the next request', async () => {
  local.faults.add('s3:PutObject=500');
  for (let time = 0; time < 2; time++) {
    const answer = await local.get('/300x300/photo.jpg');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-cache': 'Miss from cloudfront' });
    // The minimum TTL keeps it for a second.
    local.clock.advance(1_001);
  }
  clearFaults(local);
  expect((await local.get('/300x300/photo.jpg')).headers['cache-control']).toContain('s-maxage');
});

test('originals that may not be read are a fault of the owner: 500, kept by no cache', async () => {
  local.faults.add(`s3:GetObject=403,bucket=${local.buckets.originals}`);
  const answer = await local.get('/100x100/photo.jpg');
  expect(answer.status).toBe(500);
  expect(answer.headers).toMatchObject({ 'x-resizer-error': 'UNREADABLE', 'cache-control': 'no-store' });
  clearFaults(local);
  expect((await local.get('/100x100/photo.jpg')).status).toBe(200);
});

test.each([
  ['throttling', 'throttle'],
  ['down', '500'],
  ['resetting connections', 'reset'],
])('originals in an S3 that is %s are answered with 503 and Retry-After', async (_, fault) => {
  local.faults.add(`s3:GetObject=${fault},bucket=${local.buckets.originals}`);
  const answer = await local.get('/600x600/photo.jpg');
  expect(answer.status).toBe(503);
  expect(answer.headers).toMatchObject({
    'x-resizer-error': 'UNAVAILABLE',
    'cache-control': 'no-store',
    'retry-after': '1',
  });
});

test('variants in an S3 that is down are answered with 503', async () => {
  local.faults.add(`s3:GetObject=503,bucket=${local.buckets.variants}`);
  expect(await local.get('/360x270/photo.jpg')).toMatchObject({ status: 503 });
});

test('a 403 for a variant, the mark of a broken policy, is rendered like a 404', async () => {
  local.faults.add(`s3:GetObject=403,bucket=${local.buckets.variants}`);
  const answer = await local.get('/320w/photo.jpg');
  expect(answer.status).toBe(200);
  expect(local.logged.join('\n')).toContain('"originStatus":403');
});
