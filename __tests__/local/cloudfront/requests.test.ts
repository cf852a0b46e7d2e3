import { respond, start } from './fronts';

// DG: RangeGETs
test('a range is forwarded on a miss; a whole response is cached, and ranges are served from it', async () => {
  const cdn = await start(respond(200, { etag: '"1"', 'cache-control': 'max-age=60' }, '0123456789'));
  const first = await cdn.get('/a', { range: 'bytes=2-4' });
  expect(cdn.asked[0]!.headers.range).toBe('bytes=2-4');
  expect([first.status, first.body.toString(), first.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
  const last = await cdn.get('/a', { range: 'bytes=-2' });
  expect([last.body.toString(), last.headers['x-cache']]).toEqual(['89', 'Hit from cloudfront']);
  expect((await cdn.get('/a', { range: 'bytes=20-' })).status).toBe(416);
  expect((await cdn.get('/a', { range: 'bytes=0-1,5-6' })).status).toBe(200);
  expect((await cdn.get('/a', { range: 'bytes=0-1', 'if-range': '"2"' })).status).toBe(200);
  expect((await cdn.get('/a')).body.toString()).toBe('0123456789');
});

test('a 206 of the origin is not cached as the whole response', async () => {
  const cdn = await start((request, to) => {
    if (request.headers.range)
      to.writeHead(206, { 'content-range': 'bytes 0-1/10', 'cache-control': 'max-age=60' }).end('01');
    else to.writeHead(200, { 'cache-control': 'max-age=60' }).end('0123456789');
  });
  expect((await cdn.get('/a', { range: 'bytes=0-1' })).status).toBe(206);
  expect((await cdn.get('/a')).body.toString()).toBe('0123456789');
});

test.each(['HEAD', 'GET'] as const)(
  'a HEAD that reaches the origin as %s has no body, and never stands for one',
  async (as) => {
    const cdn = await start(respond(200, { 'cache-control': 'max-age=60', 'content-length': '4' }), {
      open: { headReachesOriginAs: as },
    });
    const head = await cdn.get('/a', {}, 'HEAD');
    expect([cdn.asked[0]!.method, head.status, head.body.length, head.headers['content-length']]).toEqual([
      as,
      200,
      0,
      '4',
    ]);
    expect((await cdn.get('/a')).body.toString()).toBe('body');
    expect((await cdn.get('/a', {}, 'HEAD')).headers['x-cache']).toBe('Hit from cloudfront');
  },
);

// RFC 9110, 13.1; DG: Expiration
test('a viewer that has the response gets a 304', async () => {
  const modified = new Date(Date.now() - 60_000).toUTCString();
  const cdn = await start(respond(200, { etag: '"1"', 'last-modified': modified, 'cache-control': 'max-age=60' }));
  await cdn.get('/a');
  const status = async (headers: Record<string, string>) => (await cdn.get('/a', headers)).status;
  expect(await status({ 'if-none-match': 'W/"1"' })).toBe(304);
  expect(await status({ 'if-none-match': '"0", "1"' })).toBe(304);
  expect(await status({ 'if-none-match': '"2"' })).toBe(200);
  expect(await status({ 'if-modified-since': modified })).toBe(304);
  expect(await status({ 'if-modified-since': new Date(0).toUTCString() })).toBe(200);
});

// DG: RequestAndResponseBehaviorS3Origin (simultaneous requests)
test('concurrent misses are collapsed into one request to the origin', async () => {
  const cdn = await start(
    (_, to) => void setTimeout(() => to.writeHead(200, { 'cache-control': 'max-age=9' }).end('x'), 100),
  );
  await Promise.all(Array.from({ length: 20 }, () => cdn.get('/a')));
  expect(cdn.asked).toHaveLength(1);
});

// DG: RequestAndResponseBehaviorS3Origin (simultaneous requests)
test('a response that must not be cached is requested by each viewer', async () => {
  const cdn = await start(
    (_, to) => void setTimeout(() => to.writeHead(200, { 'cache-control': 'no-store' }).end('x'), 50),
  );
  await Promise.all(Array.from({ length: 5 }, () => cdn.get('/a')));
  expect(cdn.asked).toHaveLength(5);
});

describe('in two regions', () => {
  const regions = ['us-east-1', 'eu-central-1'];

  test('each has its own cache', async () => {
    const cdn = await start(respond(200, { 'cache-control': 'max-age=60' }), { regions });
    const xCacheIn = async (region: number) => (await cdn.get('/a', {}, 'GET', region)).headers['x-cache'];
    expect([await xCacheIn(0), await xCacheIn(1)]).toEqual(['Miss from cloudfront', 'Miss from cloudfront']);
    expect([await xCacheIn(0), await xCacheIn(1)]).toEqual(['Hit from cloudfront', 'Hit from cloudfront']);
  });

  test('simultaneous requests are collapsed in each', async () => {
    const cdn = await start(respond(200, { 'cache-control': 'max-age=60' }), { regions });
    await Promise.all([0, 0, 1, 1].map((region) => cdn.get('/a', {}, 'GET', region)));
    expect(cdn.asked).toHaveLength(2);
  });
});
