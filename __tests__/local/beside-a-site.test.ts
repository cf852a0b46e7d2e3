import { PutObjectCommand } from '@aws-sdk/client-s3';
import { rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configOf, readTemplate } from './apps/template';
import { synthSite } from './apps/beside-a-site';
import { type Running, photo, run } from './running';

let folder: string;
let server: Server;
let local: Running;
let siteOrigin: string;
beforeAll(async () => {
  folder = synthSite();
  server = createServer(
    (request, to) => void to.writeHead(request.url === '/no' ? 404 : 200).end(`site ${request.url}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { DefaultCacheBehavior } = configOf(readTemplate(folder, 'Web'));
  siteOrigin = DefaultCacheBehavior.TargetOriginId;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  local = await run({ cdkOut: folder, origins: { [siteOrigin]: url } });
}, 120_000);
afterAll(async () => {
  await local.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test('images are served beside a site whose own resources are not run here', async () => {
  await local.put('a.jpg', await photo(400, 300));
  expect(await local.get('/photos/200x200/a.jpg')).toMatchObject({
    status: 200,
    headers: { 'content-type': 'image/jpeg' },
  });
  expect((await local.get('/a.html')).body.toString()).toBe('site /a.html');
});

test("a bucket of the site is served from the local S3, with its behavior's policies and functions", async () => {
  const { name } = local.deployment.buckets.find(({ logicalId }) => logicalId.startsWith('Docs'))!;
  await local.client.send(new PutObjectCommand({ Bucket: name, Key: 'docs/a.txt', Body: 'a page' }));
  const answer = await local.get('/docs/a.txt');
  expect(answer).toMatchObject({ status: 200, headers: { 'x-frame-options': 'SAMEORIGIN' } });
  expect(answer.body.toString()).toBe('a page');
});

test('a request to a load balancer is a 501 that names it', async () => {
  const answer = await local.get('/api/orders', { method: 'POST' });
  expect(answer.status).toBe(501);
  expect(answer.body.toString()).toMatch(/The origin \w+ \(\$\{Balancer\w+\.DNSName\}\) is not run here/);
});

test('a 404 of the site does not affect images, and one of an image is cached as long as it says', async () => {
  expect((await local.get('/no')).status).toBe(404);
  const missing = await local.get('/photos/200x200/later.jpg');
  expect(missing.status).toBe(404);
  const seconds = Number(/s-maxage=(\d+)/.exec(missing.headers['cache-control']!)![1]);
  await local.put('later.jpg', await photo(400, 300));
  expect((await local.get('/photos/200x200/a.jpg')).status).toBe(200);
  local.clock.advance((seconds + 1) * 1_000);
  expect((await local.get('/photos/200x200/later.jpg')).status).toBe(200);
});

test('what is left out is listed, and none of it belongs to the images', () => {
  const lines = local.logged.filter((line) => line.startsWith('not run here: ')).join('\n');
  for (const part of [
    'AWS::ElasticLoadBalancingV2::LoadBalancer (Balancer',
    'AWS::Route53::RecordSet (Record',
    'AWS::CertificateManager::Certificate (Certificate',
    'Custom::Seed (Seed)',
    'default: the cache policy somebodys-own is not known here, so nothing is cached',
  ]) {
    expect(lines).toContain(part);
  }
  expect(lines).not.toMatch(/Images(?!Delivery)/);
});

test.each([
  ['an origin that does not exist', { nobody: 'http://127.0.0.1:1' }, 'There is no origin nobody. There are:'],
  [
    'what is no URL',
    { site: '127.0.0.1:1' },
    'is forwarded to a URL such as http://127.0.0.1:3000, not to 127.0.0.1:1',
  ],
])('a start that forwards %s is refused', async (_, origins: Record<string, string>, message) => {
  const byId = Object.fromEntries(Object.entries(origins).map(([id, url]) => [id === 'site' ? siteOrigin : id, url]));
  await expect(run({ cdkOut: folder, origins: byId })).rejects.toThrow(message);
});
