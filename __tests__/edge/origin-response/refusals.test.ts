import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { type Running, photo, run, clearFaults } from '../../local/running';
import { hasCacheTags } from '../../planned';
import { frameBomb } from '../render/fixtures';
import { askAgain, countsOf } from './ask-again';
import { type EdgeFunction, startEdgeFunction } from './edge-function';

const MINUTE_MS = 60_000;

let local: Running;
let edge: EdgeFunction;
beforeAll(async () => {
  local = await run();
  edge = startEdgeFunction(local);
  await local.put('bomb.gif', frameBomb(1, 60_000, 60_000));
  await local.put('photo.jpg', await photo(400, 300));
  await local.settle();
});
afterAll(async () => {
  await edge.close();
  await local.close();
});
afterEach(() => clearFaults(local));

const variant = (key: string) => `/${key}/100x100-cover-focus.auto`;
const objectOf = (key: string) => `${local.generation}${variant(key)}`;

const metadataOf = async (key: string): Promise<Record<string, string>> => {
  const head = new HeadObjectCommand({ Bucket: local.buckets.variants, Key: objectOf(key) });
  return (await local.client.send(head)).Metadata!;
};

/** Replaces what is stored as a variant, as another version of the function would have written it. */
const overwrite = (key: string, Metadata: Record<string, string>, Body = 'stored before\n') =>
  local.client.send(
    new PutObjectCommand({ Bucket: local.buckets.variants, Key: objectOf(key), Metadata, Body, ContentType: 'x/y' }),
  );

const counts = () => countsOf(local);

test('a bomb that is asked for again and again is looked at once for each variant, and stored once', async () => {
  expect(await askAgain(local, 3)).toEqual({ renders: 4, puts: 4 });
});

test('a stored refusal is answered as the first time, with its tag, and nothing that a revalidation could keep', async () => {
  const first = await local.get('/200x200/bomb.gif?fit=inside');
  local.distribution.invalidate('/*');
  const second = await local.get('/200x200/bomb.gif?fit=inside');
  for (const { status, headers, body } of [first, second]) {
    expect(status).toBe(415);
    expect(body.toString()).toMatch(/^[^\n]+pixels[^\n]+\n$/);
    expect(headers).toMatchObject({
      'x-resizer-error': 'TOO_LARGE',
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=60, s-maxage=60',
      'access-control-allow-origin': '*',
    });
    expect([headers['etag'], headers['last-modified']]).toEqual([undefined, undefined]);
  }
  expect(second.body).toEqual(first.body);
  const { answer } = await edge.over('/bomb.gif/200x200-inside.auto');
  expect(answer.headers['x-amz-meta-cache-tag']).toMatch(/^[0-9a-f]{32}$/);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('x-amz-'))).toEqual(['x-amz-meta-cache-tag']);
});

test('a refusal is a small object that says what it is, and which original it is about', async () => {
  await local.get('/100x100/bomb.gif');
  const key = objectOf('bomb.gif');
  const object = await local.stored(key);
  expect(object.body.length).toBeGreaterThan(0);
  expect(object.body.length).toBeLessThan(1_000);
  const original = await local.client.send(new HeadObjectCommand({ Bucket: local.buckets.originals, Key: 'bomb.gif' }));
  const metadata = await metadataOf('bomb.gif');
  expect(metadata).toEqual({
    'cache-tag': expect.stringMatching(/^[0-9a-f]{32}$/),
    'original-etag': original.ETag!.replaceAll('"', ''),
    'refusal-code': 'TOO_LARGE',
    'refusal-line': expect.stringMatching(/^[\x21-\x7e]{1,500}$/),
    'refusal-rules': expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  expect(`${decodeURIComponent(metadata['refusal-line']!)}\n`).toBe(
    (await local.get('/100x100/bomb.gif')).body.toString(),
  );
});

test.each<[string, Record<string, string>, number]>([
  ['a part', { range: 'bytes=0-3' }, 206],
  ['a part that there is not', { range: 'bytes=5000-' }, 416],
  ['what has changed', { 'if-none-match': '*' }, 304],
  ['what has changed since tomorrow', { 'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString() }, 304],
  ['another version', { 'if-match': '"other"' }, 412],
  ['the whole', {}, 200],
])('a refusal is a refusal to who asks for %s, and a picture stays one', async (_, headers, status) => {
  await local.get('/100x100/bomb.gif');
  await local.get('/100x100/photo.jpg');
  for (const method of ['GET', 'HEAD'] as const) {
    const bomb = await edge.over(variant('bomb.gif'), headers, method);
    expect([bomb.s3, bomb.answer.status, bomb.answer.headers['x-resizer-error']]).toEqual([status, 415, 'TOO_LARGE']);
    expect(bomb.answer.headers['content-range']).toBeUndefined();
    expect(bomb.answer.body).toMatch(method === 'GET' ? /pixels/ : /^$/);
    const picture = await edge.over(variant('photo.jpg'), headers, method);
    expect([picture.s3, picture.answer.status, picture.answer.body]).toEqual([status, status, undefined]);
  }
});

test.each([304, 412, 416])('where S3 cannot be asked what a %i is about, it is passed on', async (status) => {
  await local.get('/100x100/photo.jpg');
  const headers: Record<number, Record<string, string>> = {
    304: { 'if-none-match': '*' },
    412: { 'if-match': '"other"' },
    416: { range: 'bytes=999999999-' },
  };
  local.faults.add('s3:HeadObject=503');
  const logged = local.logged.length;
  const { answer } = await edge.over(variant('photo.jpg'), headers[status]);
  expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([status, '*']);
  expect(local.logged.slice(logged).join('\n')).toContain('"operation":"HeadObject"');
});

test('a HEAD of a bomb stores the refusal, and is not cached', async () => {
  local.s3!.journal.clear();
  for (let time = 0; time < 2; time++) {
    const head = await local.get('/360x270/bomb.gif', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 415, body: Buffer.alloc(0) });
    expect(head.headers['cache-control']).toBe('no-store');
  }
  expect((await local.get('/360x270/bomb.gif')).body.toString()).toContain('pixels');
  expect(counts()).toEqual({ renders: 1, puts: 1 });
});

describe('a stored refusal is tried again', () => {
  const DAY_MS = 86_400_000;
  const iso = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

  test.each<[string, Record<string, string>, string]>([
    ['under the same rules, before its expiry: not', { 'refusal-expires': iso(DAY_MS) }, 'as stored'],
    ['when it has expired', { 'refusal-expires': iso(-1_000) }, 'rendered'],
    ['when its expiry cannot be read', { 'refusal-expires': 'soon' }, 'rendered'],
    ['under other rules', { 'refusal-rules': '00000000' }, 'rendered'],
    ['when its code is unknown', { 'refusal-code': 'TOO_NEW' }, 'rendered'],
  ])('%s', async (name, change, expected) => {
    // Each its own original, since what they have stored stays.
    const key = `${name.replaceAll(/\W/g, '-')}.jpg`;
    await local.put(key, 'no image');
    await local.settle();
    await local.get(`/100x100/${key}`);
    const metadata = { ...(await metadataOf(key)), 'refusal-line': 'as%20stored', ...change };
    await overwrite(key, metadata);
    local.distribution.invalidate('/*');
    expect((await local.get(`/100x100/${key}`)).body.toString().trim() === 'as stored').toBe(expected === 'as stored');
    const { 'refusal-line': line } = await metadataOf(key);
    expect(line === 'as%20stored').toBe(expected === 'as stored');
    local.s3!.journal.clear();
    local.distribution.invalidate('/*');
    await local.get(`/100x100/${key}`);
    expect(counts()).toEqual({ renders: 0, puts: 0 });
  });

  test('by a part and a revalidation, too, and the picture takes its place', async () => {
    await local.put('mended.jpg', 'no image');
    await local.settle();
    await local.get('/100x100/mended.jpg');
    const metadata = { ...(await metadataOf('mended.jpg')), 'refusal-rules': '00000000' };
    const asked: Record<string, string>[] = [{ range: 'bytes=0-3' }, { 'if-none-match': '*' }];
    for (const headers of asked) {
      await local.put('mended.jpg', await photo(300, 200));
      // A later pass of the refresh would delete what is stored meanwhile.
      await local.settle();
      await overwrite('mended.jpg', metadata);
      const { answer } = await edge.over(variant('mended.jpg'), headers);
      expect([answer.status, answer.headers['x-resizer'], answer.headers['content-range']]).toEqual([
        200,
        'rendered',
        undefined,
      ]);
      expect((await metadataOf('mended.jpg'))['refusal-code']).toBeUndefined();
    }
  });
});

test('a temporary failure is not stored: the next request tries again', async () => {
  await local.put('later.jpg', await photo(300, 200));
  await local.settle();
  local.faults.add(`s3:GetObject=503,bucket=${local.buckets.originals}`);
  expect((await local.get('/100x100/later.jpg')).status).toBe(503);
  expect((await local.get('/100x100/never.jpg')).status).toBe(503);
  clearFaults(local);
  expect((await local.get('/100x100/never.jpg')).status).toBe(404);
  expect((await local.variants()).filter((key) => /later|never/.test(key))).toEqual([]);
  expect((await local.get('/100x100/later.jpg')).status).toBe(200);
});

test('a refusal never takes the place of a picture that came meanwhile: the picture is answered', async () => {
  await local.put('race.jpg', 'no image');
  await local.settle();
  const picture = await photo(100, 100);
  // The function has seen a 404, and asks for the original while another one stores a picture.
  local.faults.add(`s3:GetObject=latency=60000,times=1,bucket=${local.buckets.originals}`);
  const asked = local.get('/100x100/race.jpg');
  await until(() =>
    local.s3!.journal.entries.some(({ key, status }) => key === objectOf('race.jpg') && status === 404),
  );
  const metadata = { 'original-etag': 'newer', 'cache-tag': 'tag' };
  await local.client.send(
    new PutObjectCommand({
      Bucket: local.buckets.variants,
      Key: objectOf('race.jpg'),
      Metadata: metadata,
      Body: picture,
      ContentType: 'image/jpeg',
    }),
  );
  await until(() => {
    local.clock.advance(60_000);
    return local.s3!.journal.entries.some(({ key }) => key === 'race.jpg');
  });
  const answer = await asked;
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/jpeg']);
  expect(answer.body.equals(picture)).toBe(true);
  expect(await metadataOf('race.jpg')).toEqual(metadata);
});

/** Waits for what happens in another process. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a refusal that cannot be stored is sent and cached like any other, and logged', async () => {
  await local.put('unstored.jpg', 'no image');
  await local.settle();
  local.faults.add('s3:PutObject=AccessDenied');
  const logged = local.logged.length;
  const answer = await local.get('/100x100/unstored.jpg');
  expect([answer.status, answer.headers['cache-control']]).toEqual([415, 'public, max-age=60, s-maxage=60']);
  const line = local.logged.slice(logged).find((each) => each.includes('unstored.jpg'))!;
  expect(line).toContain('"Outcome":"unstored"');
  expect(line).toContain('"made":"UNSUPPORTED"');
});

describe('an upload that mends an original', () => {
  const cured = async (tagsOnErrors: boolean) => {
    const world = await run({ open: { tagsOnErrors } });
    await world.put('broken.jpg', 'no image');
    await world.settle();
    expect((await world.get('/100x100/broken.jpg')).status).toBe(415);
    await world.put('broken.jpg', await photo(300, 200));
    await world.settled();
    expect(await world.variants()).toEqual([]);
    return world;
  };

  test('is seen at once where cached errors have cache tags', async () => {
    const world = await cured(true);
    const answer = await world.get('/100x100/broken.jpg');
    expect([answer.status, (await sharp(answer.body).metadata()).width]).toEqual([200, 100]);
    await world.close();
  });

  test('is seen within the error TTL where they have none', async () => {
    const world = await cured(false);
    // Without cache tags, everything is invalidated by its path.
    expect((await world.get('/100x100/broken.jpg')).status).toBe(hasCacheTags ? 415 : 200);
    world.clock.advance(MINUTE_MS + 1_000);
    expect((await world.get('/100x100/broken.jpg')).status).toBe(200);
    await world.close();
  });
});
