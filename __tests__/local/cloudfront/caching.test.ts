import type { ServerResponse } from 'node:http';
import { type Front, front } from './origin';

let open: Front[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  open = [];
});
const start = async (...args: Parameters<typeof front>) => {
  const started = await front(...args);
  open.push(started);
  return started;
};
const respond =
  (status: number, headers: Record<string, string>, body = 'body') =>
  (_: unknown, to: ServerResponse) =>
    void to.writeHead(status, headers).end(body);
const xCache = async (cdn: Front, path = '/a') => (await cdn.get(path)).headers['x-cache']!.split(' ')[0];

/** How many seconds a response stays cached: the first of these moments at which the origin is asked again. */
async function secondsCached(cdn: Front, moments: number[]): Promise<number> {
  await cdn.get('/a');
  let last = 0;
  for (const moment of moments) {
    const before = cdn.asked.length;
    cdn.clock.advance((moment - last) * 1000);
    last = moment;
    await cdn.get('/a');
    if (cdn.asked.length > before) return moment;
  }
  return Infinity;
}

/** Stands for a date that is known only once the test runs. */
const IN_50_SECONDS = 'in 50 seconds';

const withDates = (headers: Record<string, string>): Record<string, string> =>
  headers['expires'] === IN_50_SECONDS ? { expires: new Date(Date.now() + 50_000).toUTCString() } : headers;

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
  const cdn = await start(respond(200, withDates(headers)), { policy });
  expect(await secondsCached(cdn, [0, 4, 48, 51])).toBe(seconds);
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

  test('simultaneous requests for what says no-store are one', async () => {
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

describe('in two regions', () => {
  const regions = ['us-east-1', 'eu-central-1'];

  test('each has a cache of its own', async () => {
    const cdn = await start(respond(200, { 'cache-control': 'max-age=60' }), { regions });
    const xCacheIn = async (region: number) => (await cdn.get('/a', {}, 'GET', region)).headers['x-cache'];
    expect([await xCacheIn(0), await xCacheIn(1)]).toEqual(['Miss from cloudfront', 'Miss from cloudfront']);
    expect([await xCacheIn(0), await xCacheIn(1)]).toEqual(['Hit from cloudfront', 'Hit from cloudfront']);
  });

  test('simultaneous requests are one in each', async () => {
    const cdn = await start(respond(200, { 'cache-control': 'max-age=60' }), { regions });
    await Promise.all([0, 0, 1, 1].map((region) => cdn.get('/a', {}, 'GET', region)));
    expect(cdn.asked).toHaveLength(2);
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

test('an origin that resets connections is a 502', async () => {
  const cdn = await start((request) => request.socket.destroy());
  expect(await cdn.get('/a')).toMatchObject({ status: 502 });
  expect(cdn.logged.join()).toContain('origin bucket.s3');
});

// DG: RangeGETs
test('a range is forwarded on a miss; a whole answer is kept, and ranges are served from it', async () => {
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

test('a part that the origin answers with is not kept as the whole', async () => {
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
test('concurrent misses are one request to the origin', async () => {
  const cdn = await start(
    (_, to) => void setTimeout(() => to.writeHead(200, { 'cache-control': 'max-age=9' }).end('x'), 100),
  );
  await Promise.all(Array.from({ length: 20 }, () => cdn.get('/a')));
  expect(cdn.asked).toHaveLength(1);
});

// DG: RequestAndResponseBehaviorS3Origin (simultaneous requests)
test('what no cache may keep is asked for by each', async () => {
  const cdn = await start(
    (_, to) => void setTimeout(() => to.writeHead(200, { 'cache-control': 'no-store' }).end('x'), 50),
  );
  await Promise.all(Array.from({ length: 5 }, () => cdn.get('/a')));
  expect(cdn.asked).toHaveLength(5);
});

// DG: controlling-the-cache-key
test('the cache key is the path, and what of the query the policy names', async () => {
  const cdn = await start(respond(200, { 'cache-control': 'max-age=60', vary: 'Accept' }), { queryStrings: ['v'] });
  expect(await xCache(cdn, '/a?v=1')).toBe('Miss');
  expect(await xCache(cdn, '/a?v=1&x=2')).toBe('Hit');
  expect(await xCache(cdn, '/a?v=2')).toBe('Miss');
  const other = await cdn.get('/a?v=1', { accept: 'image/webp' });
  expect(other.headers['x-cache']).toBe('Hit from cloudfront');
});

// DG: RequestAndResponseBehaviorCustomOrigin says that it is removed; the page on S3 origins is silent.
test.each([
  [false, undefined],
  [true, 'Accept'],
])('whether a Vary that names what is not forwarded reaches viewers is open: %s', async (varyReachesViewers, vary) => {
  const cdn = await start(respond(200, { vary: 'Accept' }), { open: { varyReachesViewers } });
  expect((await cdn.get('/a')).headers['vary']).toBe(vary);
});

test('the origin sees none of the headers of the viewer, and the path below the origin path, signed', async () => {
  const cdn = await start(respond(200, {}));
  await cdn.get('/a%2Bb', { accept: 'image/webp', cookie: 'a=b', 'x-own': '1' });
  const [{ headers, url }] = cdn.asked as unknown as [{ headers: Record<string, string>; url: string }];
  expect(url).toBe('/bucket/generation/a%2Bb');
  expect(headers['authorization']).toContain('AWS4-HMAC-SHA256 Credential=A/');
  expect([headers['accept'], headers['cookie'], headers['x-own']]).toEqual([undefined, undefined, undefined]);
});

test('Age tells how long the response has been kept', async () => {
  const cdn = await start(respond(200, { 'cache-control': 'max-age=60' }));
  expect((await cdn.get('/a')).headers['age']).toBeUndefined();
  cdn.clock.advance(42_000);
  expect(Number((await cdn.get('/a')).headers['age'])).toBe(42);
});

// DG: understanding-response-headers-policies
test('a response headers policy is applied to misses, hits and errors alike', async () => {
  const cdn = await start(
    (request, to) =>
      void to
        .writeHead(request.url!.endsWith('/a') ? 200 : 404, {
          'cache-control': 'max-age=9',
          'x-secret': '1',
          'x-frame-options': 'own',
        })
        .end(),
    {
      headersPolicy: {
        RemoveHeadersConfig: { Items: [{ Header: 'X-Secret' }] },
        CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: 'yes', Override: true }] },
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'DENY', Override: false },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Override: true },
        },
        CorsConfig: {
          AccessControlAllowCredentials: false,
          AccessControlAllowHeaders: { Items: ['*'] },
          AccessControlAllowMethods: { Items: ['GET'] },
          AccessControlAllowOrigins: { Items: ['https://a.example'] },
          OriginOverride: true,
        },
      },
    },
  );
  for (const path of ['/a', '/a', '/b']) {
    const { headers } = await cdn.get(path, { origin: 'https://a.example' });
    expect(headers).toMatchObject({
      'x-own': 'yes',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'own',
      'strict-transport-security': 'max-age=60; includeSubDomains',
      'access-control-allow-origin': 'https://a.example',
    });
    expect(headers['x-secret']).toBeUndefined();
  }
  expect((await cdn.get('/a', { origin: 'https://b.example' })).headers['access-control-allow-origin']).toBeUndefined();
});
