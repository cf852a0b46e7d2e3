import { CopyObjectCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { createProvider } from '../../client/nuxt';
import type { Info } from '../../edge/render/info';
import { setFocus } from '../../scripts/focus/set-focus';
import { AVIF, type Running, clearFaults, photo, run } from './running';

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(async () => {
  await local.close();
});
afterEach(() => clearFaults(local));

const info = async (path: string, accept = '*/*') => {
  const answer = await local.get(path, { accept });
  return { ...answer, json: JSON.parse(answer.body.toString()) as Info & { error?: string; message?: string } };
};

const storedOf = async (key: string) => (await local.variants()).filter((each) => each.includes(`/${key}/`));

test('facts are made once, and stored and served like any variant', async () => {
  await local.put('dir/a.jpg', await photo(640, 480));
  await local.settle();
  const first = await info('/dir/a.jpg?format=json', AVIF);
  expect([first.status, first.headers['x-resizer']]).toEqual([200, 'rendered']);
  expect(first.json).toMatchObject({ width: 640, height: 480, format: 'jpeg', frames: 1, focus: null });
  expect(first.headers).toMatchObject({
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    'cache-control': expect.stringMatching(/^public, max-age=\d+, s-maxage=\d+/),
  });
  expect(await storedOf('dir/a.jpg')).toEqual([`${local.generation}/dir/a.jpg/info.json`]);
  const again = await info('/dir/a.jpg/info.json', 'image/webp');
  expect([again.headers['x-cache'], again.headers['etag']]).toEqual(['Hit from cloudfront', first.headers['etag']]);
  local.distribution.invalidate('/*');
  const stored = await info('/300x300/dir/a.jpg?fm=json');
  expect([stored.headers['x-resizer'], stored.body]).toEqual([undefined, first.body]);
  const kept = await local.stored(`${local.generation}/dir/a.jpg/info.json`);
  expect(kept.headers).toMatchObject({ 'content-type': 'application/json', etag: first.headers['etag'] });
  expect(kept.headers['x-amz-meta-cache-tag']).toMatch(/^[\da-f]{32}$/);
});

test('HEAD of missing facts stores them', async () => {
  await local.put('head.jpg', await photo(64, 48));
  const { status, headers, body } = await local.get('/head.jpg/info.json', { method: 'HEAD' });
  expect([status, body.length]).toEqual([302, 0]);
  const { json } = await info(headers['location']!);
  expect(json).toMatchObject({ width: 64, height: 48 });
  // A cache may keep the redirect for a second.
  local.clock.advance(1_001);
  expect((await info('/head.jpg/info.json')).json).toEqual(json);
});

test('the facts follow an overwrite, a focal point, a copy and a removal', async () => {
  await local.put('b.jpg', await photo(400, 300));
  await local.settle();
  const facts = async () => {
    await local.settle();
    const { json } = await info('/b.jpg/info.json');
    return [json.width, json.focus];
  };
  expect(await facts()).toEqual([400, null]);
  await local.put('b.jpg', await photo(500, 300));
  expect(await facts()).toEqual([500, null]);
  await setFocus(local.client, local.buckets.originals, 'b.jpg', { x: 0.25, y: 1 });
  expect(await facts()).toEqual([500, { x: 0.25, y: 1 }]);
  await local.put('c.jpg', await photo(600, 300));
  const CopySource = `${local.buckets.originals}/c.jpg`;
  await local.client.send(new CopyObjectCommand({ Bucket: local.buckets.originals, Key: 'b.jpg', CopySource }));
  expect(await facts()).toEqual([600, null]);
  await local.client.send(new DeleteObjectCommand({ Bucket: local.buckets.originals, Key: 'b.jpg' }));
  await local.settle();
  expect((await info('/b.jpg/info.json')).status).toBe(404);
  expect(await storedOf('b.jpg')).toEqual([]);
});

test.each([
  ['missing', '/none.jpg?format=json', undefined, 404, 'NOT_FOUND'],
  ['no image', '/text.jpg?format=json', 'This is no image.', 415, 'UNSUPPORTED'],
])(
  'an original that is %s is told as JSON, the first time and from what is kept',
  async (_, path, body, status, code) => {
    if (body) await local.put('text.jpg', body);
    await local.settle();
    for (const way of ['rendered', 'cached', 'stored']) {
      if (way === 'stored') local.distribution.invalidate('/*');
      const answer = await info(path);
      expect([way, answer.status, answer.headers['content-type'], answer.headers['x-resizer-error']]).toEqual([
        way,
        status,
        'application/json',
        code,
      ]);
      expect(answer.json).toEqual({ error: code, message: expect.stringMatching(/^[A-Z].+\.$/) });
      expect(answer.headers['access-control-allow-origin']).toBe('*');
    }
    // A picture of the same original is still refused in a line of text.
    expect((await local.get(path.replace('?format=json', '?w=640'))).headers['content-type']).toMatch(/^text\/plain/);
  },
);

test('a temporary failure is JSON, and is not cached', async () => {
  await local.put('later.jpg', await photo(40, 30));
  local.faults.add('s3:GetObject=503,key=later.jpg,times=9');
  const answer = await info('/later.jpg/info.json');
  expect([answer.status, answer.json.error, answer.headers['content-type']]).toEqual([
    503,
    'UNAVAILABLE',
    'application/json',
  ]);
  clearFaults(local);
  expect((await info('/later.jpg/info.json')).json).toMatchObject({ width: 40 });
});

test('an original named info.json is reached by a size in the query, and has its own facts', async () => {
  await local.put('album/info.json', await photo(80, 60, 'png'));
  await local.put('info.json', await photo(90, 60, 'png'));
  await local.settle();
  expect((await info('/album/info.json')).status).toBe(404);
  const picture = await local.get('/album/info.json?w=320');
  expect([picture.status, (await sharp(picture.body).metadata()).width]).toEqual([200, 80]);
  expect((await info('/album/info.json/info.json')).json).toMatchObject({ width: 80, format: 'png' });
  // Without a folder before it, it is a key.
  expect((await sharp((await local.get('/info.json')).body).metadata()).width).toBe(90);
  expect((await info('/info.json/info.json')).json).toMatchObject({ width: 90 });
});

test('the preset placeholder is 24 pixels wide, small and soft', async () => {
  await local.put('soft.jpg', await photo(1200, 800));
  await local.settle();
  for (const accept of [AVIF, 'image/webp', '*/*']) {
    const { status, body } = await local.get('/placeholder/soft.jpg', { accept });
    const { width, height } = await sharp(body).metadata();
    expect([status, width, height, body.length < 1_000]).toEqual([200, 24, 16, true]);
  }
});

test('the provider for Nuxt Image knows size and placeholder of an original, and why it does not', async () => {
  await local.put('dir/nuxt.jpg', await photo(640, 480));
  await local.settle();
  const { getImage } = createProvider({}, { host: local.url })();
  expect(await getImage('/dir/nuxt.jpg', {}).getMeta!()).toEqual({
    width: 640,
    height: 480,
    placeholder: expect.stringMatching(/^data:image\/webp;base64,/),
  });
  await expect(getImage('/dir/none.jpg', {}).getMeta!()).rejects.toThrow('No original "dir/none.jpg".');
  expect(getImage('https://example.com/a.jpg', {})).toEqual({ url: 'https://example.com/a.jpg' });
});
