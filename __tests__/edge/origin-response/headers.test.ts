import { hasHeadersPolicy } from '../../planned';
import { type Running, photo, run, clearFaults } from '../../local/running';

/** Whether what the functions say of Vary reaches viewers is open. */
describe.each([true, false])('where Vary of a function reaches viewers: %s', (varyReachesViewers) => {
  let local: Running;
  beforeAll(async () => {
    local = await run({ open: { varyReachesViewers } });
    await local.put('photo.jpg', await photo(700, 500));
    await local.put('text.jpg', 'no image');
    await local.settle();
  });
  afterAll(() => local.close());
  afterEach(() => clearFaults(local));

  const expectOpen = ({ headers }: { headers: Record<string, string> }) => {
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'timing-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    // What is answered at viewer-request goes out as the function made it.
    const isWhole = hasHeadersPolicy || varyReachesViewers || headers['x-cache']!.startsWith('FunctionGenerated');
    expect(headers['vary']).toBe(isWhole ? 'Accept' : undefined);
    const internal = hasHeadersPolicy ? /^x-amz-(?!cf-)|^server$/ : /^x-amz-(?!cf-|meta-cache-tag$)|^server$/;
    expect(Object.keys(headers).filter((name) => internal.test(name))).toEqual([]);
  };

  test.each<[string, number, Record<string, string>]>([
    ['/100x100/photo.jpg', 200, {}],
    ['/300x300/text.jpg', 415, {}],
    ['/300x300/missing.jpg', 404, {}],
    ['/301x300/photo.jpg', 403, {}],
    ['/0300x300/photo.jpg', 400, {}],
    ['/', 404, {}],
    ['/320w/photo.jpg', 206, { range: 'bytes=0-9' }],
    ['/320w/photo.jpg', 416, { range: 'bytes=99999999-' }],
    ['/320w/photo.jpg', 304, { 'if-none-match': '*' }],
    ['/320w/photo.jpg', 200, { origin: 'https://example.com' }],
  ])('%s, a %i, may be read by any site: made, from the cache, from S3, and as HEAD', async (path, status, headers) => {
    // A part is only of what is there.
    if (status !== 200) await local.get(path);
    const made = await local.get(path, { headers });
    const kept = await local.get(path, { headers });
    local.distribution.invalidate('/*');
    const fromS3 = await local.get(path, { headers });
    // What a HEAD for a part is answered with, no page of AWS's says.
    const heads = headers['range'] ? [] : [await local.get(path, { headers, method: 'HEAD' })];
    for (const answer of [made, kept, fromS3, ...heads]) {
      expect(answer.status).toBe(status);
      expectOpen(answer);
    }
  });

  test.each([
    ['500', 's3:GetObject=403'],
    ['503', 's3:GetObject=503'],
  ])('a %s may be read by any site', async (status, fault) => {
    local.faults.add(`${fault},bucket=${local.buckets.originals}`);
    const answer = await local.get('/960w/photo.jpg');
    expect(String(answer.status)).toBe(status);
    expectOpen(answer);
  });

  test('so may a variant that could not be stored, and one that is too large to be sent', async () => {
    local.faults.add('s3:PutObject=500');
    expectOpen(await local.get('/640w/photo.jpg'));
    clearFaults(local);
    local.clock.advance(366 * 86_400_000);
    expectOpen(await local.get('/100x100/photo.jpg'));
  });
});
