import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Template } from '../../local/src/deployment/assembly';
import { mutateAssembly } from '../tools/mutations/template';
import { type OneStack, configOf } from './apps/template';
import { type Answer, type Running, photo, run, send } from './running';

/** CachingOptimizedForUncompressedObjects, with a minimum TTL of a second. */
const UNCOMPRESSED = 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d';

let folder: string;
let local: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'min-ttl-'));
  mutateAssembly(process.env['CDK_OUT']!, join(folder, 'cdk.out'), (template: Template) => {
    const { Origins, DefaultCacheBehavior } = configOf(template as OneStack);
    DefaultCacheBehavior.CachePolicyId = UNCOMPRESSED;
    for (const origin of Origins) delete origin.OriginShield;
  });
  local = await run({ cdkOut: join(folder, 'cdk.out'), regions: 2 });
}, 60_000);
afterEach(() => {
  jest.restoreAllMocks();
  local.faults.clear();
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

/** All that follows happens in one second of the distribution, however slow this machine is. */
const stopClock = () => void jest.spyOn(local.clock, 'now').mockReturnValue(local.clock.now());

function letTheSecondPass(): void {
  jest.restoreAllMocks();
  local.clock.advance(1_001);
}

const isHit = ({ headers }: Answer): boolean =>
  /^(Error|Hit|RefreshHit) from/i.test(headers['x-cache']!) && 'age' in headers;

const getIn = (region: number, path: string) => send(local.distributions[0]!.edges[region]!.url, path, 'GET', {});

/** A picture that no encoder makes small. */
function noise(seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(1200 * 1200 * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (at * 7919 * ((at >> 5) + seed)) >> 3;
  return sharp(pixels, { raw: { width: 1200, height: 1200, channels: 3 } })
    .png()
    .toBuffer();
}

test('a variant over the limit: two viewers in one second are redirected to bytes that are there', async () => {
  await local.put('large.png', await noise(13));
  await local.settle();
  stopClock();
  const [first, second] = [await local.get('/full/large.png?f=png'), await local.get('/full/large.png?f=png')];
  expect([first.status, second.status]).toEqual([302, 302]);
  expect(second.headers['location']).toBe(first.headers['location']);
  expect(second.headers['location']).toMatch(/^\/large\.png\/full-inside\.png~[\da-f]{8}$/);
  const followed = await local.get(second.headers['location']!);
  expect(followed.status).toBe(200);
  letTheSecondPass();
  const after = await local.get('/full/large.png?f=png');
  expect(after.status).toBe(200);
  expect(after.body.equals(followed.body)).toBe(true);
});

test('an overwrite deletes both names, and neither old content is served after the invalidation', async () => {
  await local.put('changed.png', await noise(13));
  await local.settle();
  const { headers } = await local.get('/full/changed.png?f=png');
  const old = await local.get(headers['location']!);
  expect(old.status).toBe(200);
  local.clock.advance(1_001);
  await local.get('/full/changed.png?f=png');
  await local.put('changed.png', await photo(300, 200));
  await local.settle();
  expect((await local.variants()).filter((name) => name.includes('/changed.png/'))).toEqual([]);
  expect((await local.get(headers['location']!)).status).toBe(404);
  const fresh = await local.get('/full/changed.png?f=png');
  expect(fresh.status).toBe(200);
  expect(fresh.body.equals(old.body)).toBe(false);
});

test('HEAD and then GET in one second: the redirect leads to the picture', async () => {
  await local.put('head.jpg', await photo(400, 300));
  await local.settle();
  stopClock();
  const head = await local.get('/320w/head.jpg?f=webp', { method: 'HEAD' });
  expect(head.status).toBe(302);
  const answer = await local.get('/320w/head.jpg?f=webp');
  const picture = answer.status === 302 ? await local.get(answer.headers['location']!) : answer;
  expect(picture.status).toBe(200);
  expect((await sharp(picture.body).metadata()).width).toBe(320);
});

test('HEAD of a missing original stands for a GET for no longer than a second', async () => {
  stopClock();
  const head = await local.get('/320w/late.jpg', { method: 'HEAD' });
  expect([head.status, head.headers['cache-control']]).toEqual([404, 'no-store']);
  await local.put('late.jpg', await photo(400, 300));
  // Whether CloudFront keeps a HEAD's 404 of a function is open; the local distribution does not.
  expect([200, 404]).toContain((await local.get('/320w/late.jpg')).status);
  letTheSecondPass();
  expect((await local.get('/320w/late.jpg')).status).toBe(200);
});

test('a variant that cannot be put is the same picture for a second, and then made again', async () => {
  await local.put('unput.jpg', await photo(400, 300));
  await local.settle();
  stopClock();
  local.faults.add(`s3:PutObject=500,bucket=${local.buckets.variants}`);
  const first = await local.get('/320w/unput.jpg');
  expect([first.status, first.headers['cache-control']]).toEqual([200, 'no-store']);
  local.faults.clear();
  const second = await local.get('/320w/unput.jpg');
  expect(isHit(second)).toBe(true);
  expect(second.body.equals(first.body)).toBe(true);
  letTheSecondPass();
  const third = await local.get('/320w/unput.jpg');
  expect(third.body.equals(first.body)).toBe(true);
  expect((await local.variants()).some((name) => name.includes('/unput.jpg/'))).toBe(true);
});

test.each([
  [503, 's3:GetObject=503'],
  [500, 's3:GetObject=403'],
])('a %i of the originals is over a second after its cause', async (status, fault) => {
  const key = `fault-${status}.jpg`;
  await local.put(key, await photo(400, 300));
  await local.settle();
  stopClock();
  local.faults.add(`${fault},bucket=${local.buckets.originals}`);
  expect((await local.get(`/320w/${key}`)).status).toBe(status);
  local.faults.clear();
  expect((await local.get(`/320w/${key}`)).status).toBe(status);
  letTheSecondPass();
  expect((await local.get(`/320w/${key}`)).status).toBe(200);
});

test('what viewer-request refuses is kept by no cache', async () => {
  stopClock();
  for (const [path, status] of [
    ['/321w/a.jpg', 403],
    ['/0320w/a.jpg', 400],
    ['/', 404],
  ] as const) {
    const answers = [await local.get(path), await local.get(path)];
    expect(answers.map((answer) => [answer.status, isHit(answer)])).toEqual([
      [status, false],
      [status, false],
    ]);
  }
});

test('a second name that is gone is a 404, within the second and after it', async () => {
  const path = '/gone.jpg/640x.webp~01234567';
  stopClock();
  expect((await local.get(path)).status).toBe(404);
  expect((await local.get(path)).status).toBe(404);
  letTheSecondPass();
  expect((await local.get(path)).status).toBe(404);
});

test('two regions that render one variant at once put the same bytes, an overwrite reaches both, and both log it', async () => {
  await local.put('both.jpg', await photo(400, 300));
  await local.settle();
  const [first, second] = await Promise.all([getIn(0, '/200x200/both.jpg'), getIn(1, '/200x200/both.jpg')]);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body.equals(first.body)).toBe(true);
  expect(second.headers['etag']).toBe(first.headers['etag']);
  await local.put('both.jpg', await photo(300, 400));
  await local.settle();
  const fresh = [await getIn(0, '/200x200/both.jpg'), await getIn(1, '/200x200/both.jpg')];
  expect(fresh.map(({ status }) => status)).toEqual([200, 200]);
  expect(fresh[1]!.headers['etag']).toBe(fresh[0]!.headers['etag']);
  expect(fresh[0]!.headers['etag']).not.toBe(first.headers['etag']);
  for (const { region } of local.distributions[0]!.edges) {
    expect(local.logged.some((line) => line.startsWith(`${region} `) && line.includes('both.jpg'))).toBe(true);
  }
});
