import { respond, start, xCache } from './fronts';
import type { Front } from './origin';

/** How many seconds a response is cached: the first of these moments with a new request to the origin. */
async function secondsCached(cdn: Front, moments: number[], startedAt = Date.now()): Promise<number> {
  // Time passes only between the moments, however slow the machine is.
  const now = jest.spyOn(cdn.clock, 'now').mockReturnValue(startedAt);
  await cdn.get('/a');
  for (const moment of moments) {
    const before = cdn.asked.length;
    now.mockReturnValue(startedAt + moment * 1000);
    await cdn.get('/a');
    if (cdn.asked.length > before) return moment;
  }
  return Infinity;
}

/** A placeholder for a date that depends on when the test runs. */
const IN_50_SECONDS = 'in 50 seconds';

const withDates = (headers: Record<string, string>, now: number): Record<string, string> =>
  headers['expires'] === IN_50_SECONDS ? { expires: new Date(now + 50_000).toUTCString() } : headers;

// DG: Expiration
test.each<[string, Record<string, string>, Record<string, number>, number]>([
  ['max-age', { 'cache-control': 'max-age=50' }, {}, 51],
  ['s-maxage before max-age', { 'cache-control': 'max-age=5, s-maxage=50' }, {}, 51],
  ['the maximum TTL over a longer max-age', { 'cache-control': 'max-age=5000' }, { MaxTTL: 50 }, 51],
  ['the minimum TTL over a shorter max-age', { 'cache-control': 'max-age=1' }, { MinTTL: 50 }, 51],
  ['the default TTL where nothing is said', {}, { DefaultTTL: 50 }, 51],
  ['Expires', { expires: IN_50_SECONDS }, {}, 51],
  ['the minimum TTL over no-store', { 'cache-control': 'no-store' }, { MinTTL: 50 }, 51],
  ['nothing with no-store', { 'cache-control': 'no-store' }, {}, 0],
  ['nothing with private', { 'cache-control': 'private, max-age=50' }, {}, 0],
  ['nothing with no-cache', { 'cache-control': 'no-cache' }, {}, 0],
  ['nothing with max-age=0', { 'cache-control': 'max-age=0' }, {}, 0],
])('a response is kept for %s', async (_, headers, policy, seconds) => {
  const now = Date.now();
  const cdn = await start(respond(200, withDates(headers, now)), { policy });
  expect(await secondsCached(cdn, [0, 4, 48, 51], now)).toBe(seconds);
});

// DG: HTTPStatusCodes
test.each<[number, Record<string, string>, number | undefined, number]>([
  [404, {}, undefined, 11],
  [404, { 'cache-control': 'max-age=50' }, undefined, 51],
  [404, { 'cache-control': 'max-age=2' }, undefined, 11],
  [404, { 'cache-control': 'no-store' }, 0, 0],
  [404, { 'cache-control': 'no-store' }, undefined, 0],
  [410, {}, undefined, 11],
  [503, { 'cache-control': 'no-store' }, undefined, 11],
  [503, {}, undefined, 11],
  [503, { 'cache-control': 'no-store' }, 0, 0],
  [415, {}, undefined, 0],
  [415, { 'cache-control': 'max-age=50' }, undefined, 51],
  [403, { 'cache-control': 's-maxage=50' }, undefined, 51],
  [400, {}, undefined, 0],
  [401, { 'cache-control': 'max-age=50' }, undefined, 0],
  [429, { 'cache-control': 'max-age=50' }, undefined, 0],
])(
  'an error %i with %j and an error caching minimum of %s is kept as CloudFront does',
  async (status, headers, least, seconds) => {
    const errors = least === undefined ? [] : [{ ErrorCode: status, ErrorCachingMinTTL: least }];
    const cdn = await start(respond(status, headers), { errors });
    expect(await secondsCached(cdn, [0, 9, 11, 49, 51])).toBe(seconds);
  },
);

// DG: using-managed-cache-policies: both policies for S3 have a minimum of a second.
describe('with a minimum TTL of a second', () => {
  const policy = { MinTTL: 1, DefaultTTL: 86_400, MaxTTL: 31_536_000 };
  const IN_ORDER = [0, 0.9, 1.1, 9, 11];

  test.each<[number, string | undefined, number | undefined, number]>([
    [200, 'no-store', undefined, 1.1],
    [200, 'private', undefined, 1.1],
    [302, 'no-store', undefined, 1.1],
    [404, 'no-store', undefined, 1.1],
    [404, 'max-age=0', 0, 1.1],
    [404, undefined, 0, 1.1],
    [404, undefined, undefined, 11],
    [503, 'no-store', 0, 1.1],
    [503, 'no-store', undefined, 11],
    [400, 'no-store', undefined, 0],
    [403, 'max-age=0', 0, 1.1],
  ])('a %i with Cache-Control %s and an error caching minimum of %s', async (status, control, least, seconds) => {
    const errors = least === undefined ? [] : [{ ErrorCode: status, ErrorCachingMinTTL: least }];
    const headers: Record<string, string> = control === undefined ? {} : { 'cache-control': control };
    const cdn = await start(respond(status, headers), { policy, errors });
    expect(await secondsCached(cdn, IN_ORDER)).toBe(seconds);
  });

  test('simultaneous requests for a no-store response are collapsed', async () => {
    const cdn = await start(respond(302, { 'cache-control': 'no-store', location: '/a' }), { policy });
    await Promise.all([cdn.get('/a'), cdn.get('/a'), cdn.get('/a')]);
    expect(cdn.asked).toHaveLength(1);
  });

  test.each([
    [true, ''],
    [false, 'body'],
  ])('the answer of a function to a HEAD is served to a GET: %s', async (headAnswersKept, body) => {
    const cdn = await start(respond(404, {}), {
      policy,
      open: { headAnswersKept },
      lambda: ({ Records: [{ cf }] }) => ({
        kind: 'answer',
        milliseconds: 1,
        cold: false,
        value: { ...cf.response, status: '200', body: cf.request.method === 'HEAD' ? '' : 'body' },
      }),
    });
    await cdn.get('/a', {}, 'HEAD');
    expect((await cdn.get('/a')).body.toString()).toBe(body);
  });
});

// DG: Expiration
test('what has expired is asked for with its ETag, and a 304 makes it fresh again', async () => {
  const cdn = await start((request, to) => {
    if (request.headers['if-none-match'] === '"1"') to.writeHead(304, { 'cache-control': 'max-age=60' }).end();
    else to.writeHead(200, { etag: '"1"', 'cache-control': 'max-age=10' }).end('body');
  });
  await cdn.get('/a');
  cdn.clock.advance(11_000);
  const refreshed = await cdn.get('/a');
  expect(refreshed).toMatchObject({ status: 200, headers: { 'x-cache': 'RefreshHit from cloudfront' } });
  expect(refreshed.body.toString()).toBe('body');
  cdn.clock.advance(50_000);
  expect(await xCache(cdn)).toBe('Hit');
});

// DG: HTTPStatusCodes
test('what has expired is served when the origin fails', async () => {
  let down = false;
  const cdn = await start((_, to) => {
    if (down) to.writeHead(500).end('down');
    else to.writeHead(200, { 'cache-control': 'max-age=10' }).end('body');
  });
  await cdn.get('/a');
  down = true;
  cdn.clock.advance(11_000);
  expect(await cdn.get('/a')).toMatchObject({ status: 200 });
  expect((await cdn.get('/b')).status).toBe(500);
});

test('Age tells how long the response has been kept', async () => {
  const cdn = await start(respond(200, { 'cache-control': 'max-age=60' }));
  expect((await cdn.get('/a')).headers['age']).toBeUndefined();
  cdn.clock.advance(42_000);
  expect(Number((await cdn.get('/a')).headers['age'])).toBe(42);
});
