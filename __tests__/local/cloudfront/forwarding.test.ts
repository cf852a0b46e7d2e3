import { respond, start, xCache } from './fronts';

// DG: controlling-the-cache-key
test("the cache key is the path with the policy's part of the query", async () => {
  const cdn = await start(respond(200, { 'cache-control': 'max-age=60', vary: 'Accept' }), { queryStrings: ['v'] });
  expect(await xCache(cdn, '/a?v=1')).toBe('Miss');
  expect(await xCache(cdn, '/a?v=1&x=2')).toBe('Hit');
  expect(await xCache(cdn, '/a?v=2')).toBe('Miss');
  const other = await cdn.get('/a?v=1', { accept: 'image/webp' });
  expect(other.headers['x-cache']).toBe('Hit from cloudfront');
});

test("the origin gets none of the viewer's headers, and a signed path below the origin path", async () => {
  const cdn = await start(respond(200, {}));
  await cdn.get('/a%2Bb', { accept: 'image/webp', cookie: 'a=b', 'x-own': '1' });
  const [{ headers, url }] = cdn.asked as unknown as [{ headers: Record<string, string>; url: string }];
  expect(url).toBe('/bucket/generation/a%2Bb');
  expect(headers['authorization']).toContain('AWS4-HMAC-SHA256 Credential=A/');
  expect([headers['accept'], headers['cookie'], headers['x-own']]).toEqual([undefined, undefined, undefined]);
});

test('an origin that resets connections is a 502', async () => {
  const cdn = await start((request) => request.socket.destroy());
  expect(await cdn.get('/a')).toMatchObject({ status: 502 });
  expect(cdn.logged.join()).toContain('origin bucket.s3');
});

// DG: RequestAndResponseBehaviorCustomOrigin says that it is removed; the page on S3 origins is silent.
test.each([
  [false, undefined],
  [true, 'Accept'],
])('a Vary for a header that is not forwarded may or may not reach viewers: %s', async (varyReachesViewers, vary) => {
  const cdn = await start(respond(200, { vary: 'Accept' }), { open: { varyReachesViewers } });
  expect((await cdn.get('/a')).headers['vary']).toBe(vary);
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
