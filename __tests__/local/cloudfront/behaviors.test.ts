import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Behavior } from '../../../local/src/cloudfront/behaviors';
import { type Front, front } from './origin';

let open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  open = [];
});
const start = async (...args: Parameters<typeof front>): Promise<Front> => {
  const started = await front(...args);
  open.push(started);
  return started;
};

const ELSEWHERE = { Id: 'site', DomainName: 'site.example.com' };

/** A behavior like the default one, but for these properties. */
const named =
  (pathPattern: string, changes: Partial<Behavior> = {}) =>
  (ordinary: Behavior): Behavior => ({
    ...ordinary,
    pathPattern,
    origin: { ...ordinary.origin, OriginPath: '/other' },
    ...changes,
  });

const pathOf = (_: IncomingMessage, to: Parameters<Parameters<typeof front>[0]>[1]) =>
  void to.writeHead(200, { 'cache-control': 'max-age=60' }).end(_.url);

/** The path pattern of a path's behavior. */
async function patternFor(path: string, patterns: string[], normalised = false): Promise<string> {
  const cdn = await start(pathOf, {
    behaviors: (ordinary) =>
      patterns.map((pattern) =>
        named(pattern, { config: { ...ordinary.config, AllowedMethods: [pattern] } })(ordinary),
      ),
    open: { pathsMatchNormalised: normalised },
  });
  const { body, status } = await cdn.get(path);
  return status === 200 ? 'default' : /allows (\S+)\.</.exec(body.toString())![1]!;
}

// DG: DownloadDistValuesCacheBehavior (path pattern)
test.each<[string, string[], string]>([
  ['/img/a.jpg', ['/img/*'], '/img/*'],
  ['/img/', ['/img/*'], '/img/*'],
  ['/img', ['/img/*'], 'default'],
  ['/IMG/a.jpg', ['/img/*'], 'default'],
  ['/x/img/a.jpg', ['/img/*'], 'default'],
  ['/img/a/b/c.jpg', ['img/*'], 'img/*'],
  ['/img/a.jpg', ['*.jpg', '/img/*'], '*.jpg'],
  ['/img/a.jpg', ['/img/*', '*.jpg'], '/img/*'],
  ['/a1.jpg', ['/a?.jpg'], '/a?.jpg'],
  ['/a.jpg', ['/a?.jpg'], 'default'],
  ['/axjpg', ['/a.jpg'], 'default'],
  ['/other?next=/img/a', ['*/img/*'], 'default'],
  ['/%69mg/a.jpg', ['/img/*'], 'default'],
  ['/a/../img/a.jpg', ['/img/*'], 'default'],
])('%s with %j is answered by %s', async (path, patterns, expected) => {
  expect(await patternFor(path, patterns)).toBe(expected);
});

test.each([
  ['/%69mg/a.jpg', '/img/*'],
  ['/a/../img/a.jpg', '/img/*'],
  ['/img%2Fa.jpg', 'default'],
  ['/img/../a.jpg', 'default'],
])('%s is answered by %s, if paths are normalised first', async (path, expected) => {
  expect(await patternFor(path, ['/img/*'], true)).toBe(expected);
});

test("the behavior depends on the viewer's path, before the function changes it", async () => {
  const toImages = (event: any) => ({ ...event.request, uri: '/img/a.jpg' });
  const cdn = await start(pathOf, { viewer: toImages, behaviors: (ordinary) => [named('/img/*')(ordinary)] });
  expect((await cdn.get('/other')).body.toString()).toBe('/bucket/generation/img/a.jpg');
});

test('two behaviors share the cached response of a path, even with different origins', async () => {
  const run = (uri: string) => ({
    name: 'viewer',
    engine: 'vm' as const,
    run: async (event: any) => ({ kind: 'answer' as const, value: { ...event.request, uri } }),
    close: async () => undefined,
  });
  const cdn = await start(pathOf, {
    behaviors: (ordinary) => [
      named('/a/*', { viewerRequest: run('/same') })(ordinary),
      named('/b/*', { viewerRequest: run('/same') })(ordinary),
    ],
  });
  const first = await cdn.get('/a/1');
  const second = await cdn.get('/b/1');
  expect(second.headers['x-cache']).toBe('Hit from cloudfront');
  expect(second.body).toEqual(first.body);
});

test('each has its own cache policy, response headers policy and methods', async () => {
  const cdn = await start((_, to) => void to.writeHead(200).end('x'), {
    behaviors: (ordinary) => [
      named('/never/*', {
        cachePolicy: { ...ordinary.cachePolicy, DefaultTTL: 0 },
        responseHeadersPolicy: {
          Name: 'own',
          CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: 'yes', Override: true }] },
        },
        config: { ...ordinary.config, AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'] },
      })(ordinary),
    ],
  });
  await cdn.get('/never/a');
  expect((await cdn.get('/never/a')).headers).toMatchObject({ 'x-cache': 'Miss from cloudfront', 'x-own': 'yes' });
  expect((await cdn.get('/never/a', {}, 'DELETE')).status).toBe(200);
  await cdn.get('/a');
  expect((await cdn.get('/a')).headers).toMatchObject({ 'x-cache': 'Hit from cloudfront' });
  expect((await cdn.get('/a', {}, 'DELETE')).status).toBe(403);
});

test("the cache policy's headers are in the key, but invalidations name only the path", async () => {
  const cdn = await start((request, to) => void to.writeHead(200).end(request.headers['x-brand'] ?? 'none'), {
    behaviors: (ordinary) => [
      named('/branded/*', {
        cachePolicy: {
          ...ordinary.cachePolicy,
          ParametersInCacheKeyAndForwardedToOrigin: {
            ...ordinary.cachePolicy.ParametersInCacheKeyAndForwardedToOrigin,
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Brand'] },
          },
        },
      })(ordinary),
    ],
  });
  const get = async (brand: string) => {
    const { body, headers } = await cdn.get('/branded/a', { 'x-brand': brand });
    return `${body.toString()} ${headers['x-cache']!.split(' ')[0]}`;
  };
  expect([await get('a'), await get('b'), await get('a')]).toEqual(['a Miss', 'b Miss', 'a Hit']);
  cdn.distribution.invalidate('/branded/a');
  expect([await get('a'), await get('b')]).toEqual(['a Miss', 'b Miss']);
});

test('an origin that is not run here is a 501 that names it and is not cached', async () => {
  const cdn = await start(pathOf, {
    behaviors: (ordinary) => [named('/site/*', { origin: ELSEWHERE, target: { notRun: true } })(ordinary)],
    config: { CustomErrorResponses: [{ ErrorCode: 501, ResponsePagePath: '/page', ResponseCode: 200 }] },
  });
  for (let time = 0; time < 2; time++) {
    const answer = await cdn.get('/site/a');
    expect(answer).toMatchObject({ status: 501, headers: { 'x-cache': 'Error from cloudfront' } });
    expect(answer.body.toString()).toContain('The origin site (site.example.com) is not run here.');
  }
  expect((await cdn.get('/a')).status).toBe(200);
});

test('a forwarded origin gets method, body, query and the headers of the policies', async () => {
  const server = createServer((request, to) => {
    void (async () => {
      const body = await text(request);
      const { cookie, accept } = request.headers;
      to.writeHead(200).end(JSON.stringify({ method: request.method, url: request.url, body, cookie, accept }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: async () => void server.close() });
  const target = { server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
  const ALL_VIEWER = '216adef6-5c7f-47e4-b989-5492eafa07d3';
  const cdn = await start(pathOf, {
    behaviors: (ordinary) => [
      named('/api/*', {
        origin: ELSEWHERE,
        target,
        config: {
          ...ordinary.config,
          OriginRequestPolicyId: ALL_VIEWER,
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
        },
      })(ordinary),
      named('/site/*', { origin: ELSEWHERE, target })(ordinary),
    ],
  });
  const headers = { cookie: 'a=1; b=2', accept: 'text/html' };
  expect(JSON.parse((await cdn.get('/api/x?y=1&y=2', headers, 'POST')).body.toString())).toEqual({
    method: 'POST',
    url: '/api/x?y=1&y=2',
    body: '',
    cookie: 'a=1; b=2',
    accept: 'text/html',
  });
  expect(JSON.parse((await cdn.get('/site/x?y=1', headers)).body.toString())).toEqual({
    method: 'GET',
    url: '/site/x',
    body: '',
  });
});

// DG: GeneratingCustomErrorResponses, HTTPStatusCodes
describe('a custom error page', () => {
  const site: Parameters<typeof front>[0] = ({ url }, to) => {
    if (url!.endsWith('/index.html')) to.writeHead(200, { 'content-type': 'text/html' }).end('page');
    else to.writeHead(url!.includes('403') ? 403 : 404, { 'content-type': 'text/plain' }).end('missing');
  };
  const page = (ResponsePagePath: string) => ({
    CustomErrorResponses: [{ ErrorCode: 404, ResponseCode: 200, ResponsePagePath, ErrorCachingMinTTL: 30 }],
  });

  test('replaces errors of every behavior, with the configured status', async () => {
    const cdn = await start(site, { config: page('/index.html'), behaviors: (each) => [named('/img/*')(each)] });
    for (const path of ['/img/no.jpg', '/no']) {
      const answer = await cdn.get(path);
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/html', 'x-cache': 'Error from cloudfront' },
      });
      expect(answer.body.toString()).toBe('page');
    }
    expect((await cdn.get('/403')).status).toBe(403);
  });

  test('leaves the error cached for the configured time', async () => {
    const cdn = await start(site, { config: page('/index.html') });
    await cdn.get('/no');
    cdn.clock.advance(29_000);
    await cdn.get('/no');
    expect(cdn.asked.filter(({ url }) => url!.endsWith('/no'))).toHaveLength(1);
    cdn.clock.advance(2_000);
    await cdn.get('/no');
    expect(cdn.asked.filter(({ url }) => url!.endsWith('/no'))).toHaveLength(2);
  });

  test('that fails leaves the status of its own origin', async () => {
    const cdn = await start(site, { config: page('/403.html') });
    expect((await cdn.get('/no')).status).toBe(403);
  });
});

test('the default root object is for the root only', async () => {
  const cdn = await start(pathOf, { config: { DefaultRootObject: 'index.html' } });
  expect((await cdn.get('/')).body.toString()).toBe('/bucket/generation/index.html');
  expect((await cdn.get('/a/')).body.toString()).toBe('/bucket/generation/a/');
});
