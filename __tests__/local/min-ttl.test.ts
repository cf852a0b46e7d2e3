import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ResizerConfig } from '../../edge/config/schema';
import type { OriginResponseSettings } from '../../edge/config/settings';
import { STAGED } from '../stack/assets';
import { synthesiseIn } from '../stack/synthesised';
import { mutateAssembly, ownAssetOf } from '../tools/mutations/template';
import { type Answer, type Running, noisePng, photo, run, send } from './running';

const config: ResizerConfig = {
  stack: {
    plan: 'pro',
    subscribe: true,
    domains: {
      names: ['images.example.com'],
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0123-abcd',
    },
  },
};

let folder: string;
let local: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'min-ttl-'));
  local = await run({ cdkOut: synthesiseIn(folder, config, 'cdk.out', STAGED), regions: 2 });
});
afterEach(() => {
  jest.restoreAllMocks();
  local.faults.clear();
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Stops the distribution's clock, so that what follows happens within one second. */
const stopClock = () => void jest.spyOn(local.clock, 'now').mockReturnValue(local.clock.now());

function letTheSecondPass(): void {
  jest.restoreAllMocks();
  local.clock.advance(1_001);
}

const isHit = ({ headers }: Answer): boolean =>
  /^(Error|Hit|RefreshHit) from/i.test(headers['x-cache']!) && 'age' in headers;

const getIn = (region: number, path: string) => send(local.distributions[0]!.edges[region]!.url, path, 'GET', {});

test('a variant over the limit: two viewers in one second are redirected to stored bytes', async () => {
  await local.put('large.png', await noisePng(13));
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

test('a variant over the limit: viewers of two regions in one second are redirected to the same bytes', async () => {
  await local.put('far.png', await noisePng(17));
  await local.settle();
  stopClock();
  const answers = await Promise.all([getIn(0, '/full/far.png?f=png'), getIn(1, '/full/far.png?f=png')]);
  expect(answers.map(({ status }) => status)).toEqual([302, 302]);
  const [first, second] = answers.map(({ headers }) => headers['location']!);
  expect(second).toBe(first);
  const followed = [await getIn(0, first!), await getIn(1, first!)];
  expect(followed.map(({ status }) => status)).toEqual([200, 200]);
  expect(followed[1]!.body.equals(followed[0]!.body)).toBe(true);
});

test('a variant over the limit that cannot be put is a 503 for a second, and then there', async () => {
  await local.put('stuck.png', await noisePng(19));
  await local.settle();
  stopClock();
  local.faults.add(`s3:PutObject=500,bucket=${local.buckets.variants}`);
  const first = await local.get('/full/stuck.png?f=png');
  expect([first.status, first.headers['cache-control'], first.headers['retry-after']]).toEqual([503, 'no-store', '1']);
  local.faults.clear();
  const second = await local.get('/full/stuck.png?f=png');
  expect([second.status, isHit(second)]).toEqual([503, true]);
  letTheSecondPass();
  const third = await local.get('/full/stuck.png?f=png');
  expect((await local.get(third.headers['location']!)).status).toBe(200);
});

test('an overwrite deletes both names, and neither old content is served after the invalidation', async () => {
  await local.put('changed.png', await noisePng(13));
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

test('HEAD of a variant that cannot be put is not a 200, which could be cached for the picture', async () => {
  await local.put('head-unput.jpg', await photo(400, 300));
  await local.settle();
  stopClock();
  local.faults.add(`s3:PutObject=500,bucket=${local.buckets.variants}`);
  const head = await local.get('/320w/head-unput.jpg', { method: 'HEAD' });
  expect([head.status, head.headers['cache-control']]).toEqual([503, 'no-store']);
  local.faults.clear();
  const within = await local.get('/320w/head-unput.jpg');
  // Whether CloudFront caches the answer to a HEAD for a GET is open.
  expect(within.status === 503 || within.body.length > 0).toBe(true);
  letTheSecondPass();
  const after = await local.get('/320w/head-unput.jpg');
  expect([after.status, (await sharp(after.body).metadata()).width]).toEqual([200, 320]);
});

test('HEAD of a missing original is cached for a GET for at most a second', async () => {
  stopClock();
  const head = await local.get('/320w/late.jpg', { method: 'HEAD' });
  expect([head.status, head.headers['cache-control']]).toEqual([404, 'no-store']);
  await local.put('late.jpg', await photo(400, 300));
  // Whether CloudFront caches a function's 404 of a HEAD is open; the local distribution does not.
  expect([200, 404]).toContain((await local.get('/320w/late.jpg')).status);
  letTheSecondPass();
  expect((await local.get('/320w/late.jpg')).status).toBe(200);
});

test('a variant that cannot be put is cached for a second, and then rendered again', async () => {
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

test('a 403 of a function that does not know a new size yet, during a deploy, is not cached', async () => {
  const older = join(folder, 'older');
  mutateAssembly(join(folder, 'cdk.out'), older, (template, to) => {
    const file = join(ownAssetOf(template, to), 'settings.json');
    const settings = JSON.parse(readFileSync(file, 'utf8')) as OriginResponseSettings;
    settings.grammar.sizes = settings.grammar.sizes.filter((size) => size !== '320w');
    writeFileSync(file, JSON.stringify(settings));
  });
  const deploying = await run({ cdkOut: older, data: join(folder, 'buckets') });
  await deploying.put('new.jpg', await photo(400, 300));
  await deploying.settle();
  jest.spyOn(deploying.clock, 'now').mockReturnValue(deploying.clock.now());
  const answers = [await deploying.get('/320w/new.jpg'), await deploying.get('/320w/new.jpg')];
  // DG: HTTPStatusCodes: a 403 is cached only with max-age or s-maxage.
  expect(answers.map((answer) => [answer.status, answer.headers['cache-control'], isHit(answer)])).toEqual([
    [403, 'no-store', false],
    [403, 'no-store', false],
  ]);
  jest.restoreAllMocks();
  await deploying.close();
});

test('with a domain every response has HSTS: generated, cached, from S3, refused', async () => {
  await local.put('safe.jpg', await photo(400, 300));
  await local.put('text.jpg', 'no image');
  await local.settle();
  const hsts = async (path: string, options: { method?: string; headers?: Record<string, string> } = {}) => {
    const { status, headers } = await local.get(path, options);
    return [status, headers['x-cache']!.split(' ')[0], headers['strict-transport-security']];
  };
  const YEAR = 'max-age=31536000';
  expect(await hsts('/320w/safe.jpg')).toEqual([200, 'Miss', YEAR]);
  expect(await hsts('/320w/safe.jpg')).toEqual([200, 'Hit', YEAR]);
  local.distribution.invalidate('/*');
  // The response of S3, with the function's headers.
  expect(await hsts('/320w/safe.jpg')).toEqual([200, 'Miss', YEAR]);
  expect((await hsts('/320w/safe.jpg', { method: 'HEAD' })).slice(2)).toEqual([YEAR]);
  expect((await hsts('/320w/safe.jpg', { headers: { range: 'bytes=0-9' } })).slice(2)).toEqual([YEAR]);
  for (const [path, status] of [
    ['/320w/text.jpg', 415],
    ['/320w/none.jpg', 404],
    ['/321w/safe.jpg', 403],
    ['/0320w/safe.jpg', 400],
  ] as const) {
    const [answered, , header] = await hsts(path);
    expect([answered, header]).toEqual([status, YEAR]);
  }
});

test('a refusal of viewer-request is not cached', async () => {
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

test('a deleted second name is a 404, within the second and after it', async () => {
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
