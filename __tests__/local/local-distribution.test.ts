import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { hasHeadersPolicy } from '../planned';
import { AVIF, type Running, WEBP, noisePng, photo, run } from './running';

let local: Running;
beforeAll(async () => {
  local = await run();
  await local.put('harbour.jpg', await photo(1600, 1200));
  await local.put('produs_227613/img.AZ70KuRzw9.jpg', await photo(800, 600));
  // Otherwise a refresh of the uploads could invalidate what a test expects in the cache.
  await local.settle();
});
afterAll(() => local.close());

const size = async (body: Buffer) => {
  const { format, width, height } = await sharp(body).metadata();
  return { format, width, height };
};

test.each([
  ['/harbour.jpg/300x300-cover-focus.auto', 300, 300],
  ['/harbour.jpg?w=640', 640, 480],
  ['/harbour.jpg?W=640', 640, 480],
  ['/harbour.jpg?w=300&h=300', 300, 300],
  ['/harbour.jpg?d=300x300&fit=inside', 300, 225],
  ['/harbour.jpg?size=thumb', 200, 200],
  ['/300x300/harbour.jpg', 300, 300],
  ['/480h/harbour.jpg', 640, 480],
  ['/profile/harbour.jpg', 400, 400],
  ['/320w@2x/harbour.jpg', 640, 480],
  ['/produs_227613/360x270/img.AZ70KuRzw9.jpg', 360, 270],
  ['/harbour.jpg', 1600, 1200],
  ['/cover/harbour.jpg', 1600, 400],
])('%s is an image of %i by %i', async (path, width, height) => {
  const answer = await local.get(path);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('image/jpeg');
  expect(await size(answer.body)).toEqual({ format: 'jpeg', width, height });
});

test.each([
  [AVIF, 'image/avif', 'auto.avif'],
  [WEBP, 'image/webp', 'auto.webp'],
  ['*/*', 'image/jpeg', 'auto'],
])('a viewer that accepts %s gets %s, stored under its class', async (accept, type, target) => {
  const answer = await local.get('/600x600/harbour.jpg', { accept });
  expect(answer.headers['content-type']).toBe(type);
  expect(answer.headers['vary']).toBe(hasHeadersPolicy ? 'Accept' : undefined);
  expect(await local.variants()).toContain(`${local.generation}/harbour.jpg/600x600-cover-focus.${target}`);
});

test.each(['webp', 'avif', 'jpeg', 'png', 'gif'])('an explicit %s is obeyed', async (format) => {
  const answer = await local.get(`/100x100/harbour.jpg?f=${format}`, { accept: AVIF });
  expect(answer.headers['content-type']).toBe(`image/${format}`);
});

test('the first request makes, stores and returns the variant; later ones come from the cache, then from S3', async () => {
  const path = '/960w/harbour.jpg';
  const key = `${local.generation}/harbour.jpg/960x.auto.webp`;
  const miss = await local.get(path, { accept: WEBP });
  expect(miss.headers).toMatchObject({ 'x-cache': 'Miss from cloudfront', 'x-resizer': 'rendered' });
  const hit = await local.get(path, { accept: WEBP });
  expect(hit.headers['x-cache']).toBe('Hit from cloudfront');
  expect(Number(hit.headers['age'])).toBeGreaterThanOrEqual(0);
  local.distribution.invalidate('/*');
  const fromS3 = await local.get(path, { accept: WEBP });
  expect(fromS3.headers['x-cache']).toBe('Miss from cloudfront');
  expect(fromS3.headers['x-resizer']).toBeUndefined();

  const stored = await local.stored(key);
  for (const answer of [miss, hit, fromS3]) {
    expect(answer.body.equals(stored.body)).toBe(true);
    for (const name of ['etag', 'content-type', 'cache-control'])
      expect(answer.headers[name]).toBe(stored.headers[name]);
  }
  expect(miss.headers['cache-control']).toBe(
    'public, max-age=86400, s-maxage=31536000, stale-while-revalidate=2592000',
  );
});

test('a stored variant that was deleted comes back with the next miss', async () => {
  const path = '/1280w/harbour.jpg';
  const key = `${local.generation}/harbour.jpg/1280x.auto`;
  const first = await local.get(path);
  await local.client.send(new DeleteObjectCommand({ Bucket: local.buckets.variants, Key: key }));
  local.distribution.invalidate('/harbour.jpg/1280x.auto');
  const again = await local.get(path);
  expect(again.headers['x-resizer']).toBe('rendered');
  expect(again.headers['etag']).toBe(first.headers['etag']);
  expect(await local.variants()).toContain(key);
});

test('every spelling of a variant is one cache entry', async () => {
  await local.get('/1920w/harbour.jpg');
  for (const path of [
    '/harbour.jpg?w=1920',
    '/640w@3x/harbour.jpg',
    '/harbour.jpg/1920x.auto?x=1',
    '/%68arbour.jpg?w=960&dpr=2',
  ]) {
    const answer = await local.get(path);
    expect([path, answer.headers['x-cache']]).toEqual([path, 'Hit from cloudfront']);
  }
});

test.each([
  'with space.jpg',
  'plus+and%percent.jpg',
  `quotes'"and[brackets]{}.jpg`,
  '😀 emoji.jpg',
  '写真/港.jpg',
  'noextension',
  'UPPER.JPG',
  'a x b.jpg',
  'photo-300x300.jpg',
  'dir//double.jpg',
  'a&b=c?d#e.jpg',
  'trailing/',
  '~tilde!*().jpg',
])('an original of the key %j is found', async (key) => {
  await local.put(key, await photo(64, 48));
  const answer = await local.get(`/100x100/${encodeURIComponent(key)}`);
  expect([answer.status, answer.body.length > 0 && (await size(answer.body)).width]).toEqual([200, 48]);
  expect(await local.variants()).toContain(`${local.generation}/${key}/100x100-cover-focus.auto`);
});

test.each([
  ['/301x300/harbour.jpg', 403, 'SIZE_NOT_ALLOWED'],
  ['/0300x300/harbour.jpg', 400, 'BAD_SIZE'],
  ['/a/../harbour.jpg', 400, 'BAD_PATH'],
  ['/%2e%2e/harbour.jpg', 400, 'BAD_PATH'],
  ['/', 404, 'NO_KEY'],
  ['/300x300/missing.jpg', 404, 'NOT_FOUND'],
  ['/%ff.jpg', 400, 'BAD_PATH'],
  // The same, if CloudFront reads it as ISO-8859-1.
  ['/%c3%bf.jpg', 404, 'NOT_FOUND'],
])('%s is answered with %i and %s, in one line of text', async (path, status, code) => {
  const answer = await local.get(path);
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    'x-resizer-error': code,
    'content-type': 'text/plain; charset=utf-8',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': '*',
  });
  expect(answer.body.toString()).toMatch(/^[^\n]+\n$/);
});

test.each([
  ['/300x300/missing.jpg', 'No original "missing.jpg".'],
  ['/Thumb/x.jpg', 'No original "Thumb/x.jpg". Sizes are lower case.'],
  ['/640W/x.jpg', 'No original "640W/x.jpg". Sizes are lower case.'],
  ['/Full@2x/x.jpg', 'No original "Full@2x/x.jpg". Sizes are lower case.'],
  ['/Photos/x.jpg', 'No original "Photos/x.jpg".'],
  ['/a/Thumb/x.jpg', 'No original "a/Thumb/x.jpg".'],
  ['/a%20%22b%22%5C.jpg', 'No original "a \\"b\\"\\\\.jpg".'],
  ['/%3Cscript%3E%26.jpg', 'No original "\\u003cscript\\u003e\\u0026.jpg".'],
  ['/%E2%80%AEgpj.%E5%86%99%F0%9F%98%80', 'No original "\\u202egpj.\\u5199\\ud83d\\ude00".'],
])('the 404 of %s names the key, escaped for terminals and pages', async (path, line) => {
  const answer = await local.get(path);
  expect([answer.status, answer.body.toString()]).toEqual([404, `${line}\n`]);
});

test('a file that is not an image, and a truncated image, are 415 with their codes, cached for a minute', async () => {
  const whole = await photo(800, 600);
  await local.put('text.jpg', 'This is text, whatever its name says.');
  await local.put('empty.jpg', '');
  await local.put('truncated.jpg', whole.subarray(0, whole.length / 2));
  for (const [key, code] of [
    ['text.jpg', 'UNSUPPORTED'],
    ['empty.jpg', 'UNSUPPORTED'],
    ['truncated.jpg', 'CORRUPT'],
  ]) {
    const answer = await local.get(`/300x300/${key}`);
    expect([key, answer.status, answer.headers['x-resizer-error']]).toEqual([key, 415, code]);
    expect(answer.headers['cache-control']).toBe('public, max-age=60, s-maxage=60');
  }
});

test('a missing original is requested again after the error TTL', async () => {
  const path = '/300x300/late.jpg';
  expect((await local.get(path)).status).toBe(404);
  await local.put('late.jpg', await photo(320, 240));
  expect((await local.get(path)).status).toBe(404);
  local.clock.advance(61_000);
  expect((await local.get(path)).status).toBe(200);
});

test('a variant over the limit of a generated response is stored, and the response redirects to it', async () => {
  await local.put('noise.png', await noisePng());
  await local.settle();
  const answer = await local.get('/noise.png?f=png&size=full');
  expect(answer.status).toBe(302);
  expect(answer.headers).toMatchObject({
    location: expect.stringMatching(/^\/noise\.png\/full-inside\.png~[\da-f]{8}$/),
    'cache-control': 'private, no-store',
  });
  const followed = await local.get(answer.headers['location']!);
  expect(followed.status).toBe(200);
  expect(followed.body.length).toBeGreaterThan(1_048_576);
  expect(followed.body.equals((await local.stored(`${local.generation}/noise.png/full-inside.png`)).body)).toBe(true);
  // The redirect is cached for a second, the minimum TTL.
  local.clock.advance(1_001);
  expect((await local.get('/full/noise.png?f=png')).body.equals(followed.body)).toBe(true);
  const names = (await local.variants()).filter((name) => name.includes('/noise.png/'));
  expect(names).toEqual([
    `${local.generation}/noise.png/full-inside.png`,
    `${local.generation}${answer.headers['location']}`,
  ]);
  const [first, second] = await Promise.all(names.map((name) => local.stored(name)));
  expect(second!.body.equals(first!.body)).toBe(true);
});

test('two viewers who request a variant over the limit in the same second both get it', async () => {
  await local.put('noise-2.png', await noisePng());
  const answers = await Promise.all([1, 2].map(() => local.get('/full/noise-2.png?f=png')));
  const ends = answers.map(({ headers }) => headers['location'] ?? '/noise-2.png/full-inside.png');
  expect(ends.some((path) => /~[\da-f]{8}$/.test(path))).toBe(true);
  for (const path of ends) expect((await local.get(path)).status).toBe(200);
});

test('the second name of deleted bytes is a 404, and is never rendered', async () => {
  const path = '/harbour.jpg/640x.webp~01234567';
  const answer = await local.get(path);
  expect(answer).toMatchObject({
    status: 404,
    headers: { 'x-resizer-error': 'NOT_FOUND', 'cache-control': 'no-store' },
  });
  expect(await local.variants()).not.toContain(`${local.generation}${path}`);
  expect((await local.get('/harbour.jpg/641x.webp~01234567')).status).toBe(403);
});

test('fifty simultaneous requests for a new variant make one render and get the same bytes', async () => {
  local.s3!.journal.clear();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => local.get('/360x270/harbour.jpg', { accept: AVIF })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => body.toString('base64'))).size).toBe(1);
  expect(local.s3!.journal.count('s3:GetObject', local.buckets.originals)).toBe(1);
  expect(local.s3!.journal.count('s3:PutObject', local.buckets.variants)).toBe(1);
});

test('HEAD of a missing variant stores it, and redirects to its second name', async () => {
  const head = await local.get('/480h/harbour.jpg?f=webp', { method: 'HEAD' });
  expect(head).toMatchObject({ status: 302, body: Buffer.alloc(0) });
  expect(head.headers).toMatchObject({
    location: expect.stringMatching(/^\/harbour\.jpg\/x480\.webp~[\da-f]{8}$/),
    'cache-control': 'no-store',
  });
  const followed = await local.get(head.headers['location']!, { method: 'HEAD' });
  expect(followed).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } });
  expect(await local.variants()).toContain(`${local.generation}/harbour.jpg/x480.webp`);
  // The redirect is cached for at least a second.
  local.clock.advance(1_001);
  const answer = await local.get('/480h/harbour.jpg?f=webp');
  expect((await size(answer.body)).format).toBe('webp');
});

test('only GET and HEAD are answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    expect((await local.get('/300x300/harbour.jpg', { method })).status).toBe(403);
  }
});

test('a viewer that has the variant gets a 304, and a range gets a 206', async () => {
  const { headers, body } = await local.get('/300x300/harbour.jpg');
  const again = await local.get('/300x300/harbour.jpg', { headers: { 'if-none-match': headers['etag']! } });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  const part = await local.get('/300x300/harbour.jpg', { headers: { range: 'bytes=10-19' } });
  expect(part.status).toBe(206);
  expect(part.body.equals(body.subarray(10, 20))).toBe(true);
});

test('after a year the variant is revalidated with S3, without a render', async () => {
  await local.get('/100x100/harbour.jpg');
  local.clock.advance(366 * 86_400_000);
  const answer = await local.get('/100x100/harbour.jpg');
  expect(answer.headers['x-cache']).toBe('RefreshHit from cloudfront');
});

test('each render leaves one line of JSON in the log', async () => {
  local.logged.length = 0;
  await local.get('/200x200/harbour.jpg?fit=inside');
  const lines = local.logged.filter((line) => line.includes('"Outcome"'));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!.slice(lines[0]!.indexOf('{')))).toMatchObject({
    key: 'harbour.jpg',
    variant: '200x200-inside.auto',
    Outcome: 'rendered',
    BytesIn: expect.any(Number),
    BytesOut: expect.any(Number),
    GetMilliseconds: expect.any(Number),
    RenderMilliseconds: expect.any(Number),
    PutMilliseconds: expect.any(Number),
  });
});

test("S3's own headers, and what is only for the CDN, do not reach the viewer", async () => {
  await local.get('/600x600/harbour.jpg');
  local.distribution.invalidate('/*');
  const { headers } = await local.get('/600x600/harbour.jpg');
  expect(Object.keys(headers).filter((name) => name.startsWith('x-amz-meta') || name === 'server')).toEqual(
    hasHeadersPolicy ? [] : ['x-amz-meta-cache-tag'],
  );
  expect(headers['x-content-type-options']).toBe('nosniff');
});
