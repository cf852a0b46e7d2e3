import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { focus as main } from '../../scripts/focus';
import { setFocus } from '../../scripts/focus/set-focus';
import { type Running, run } from '../local/running';
import { execute } from './command';

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());

/** `npm run focus` without a process of its own. */
async function focus(...args: string[]) {
  const { code, stdout, stderr } = await execute(main, args, local.environment);
  return { code, output: (stdout + stderr).trim() };
}

const head = (Key: string) => local.client.send(new HeadObjectCommand({ Bucket: local.buckets.originals, Key }));

const put = (Key: string, input: object = {}) =>
  local.client.send(new PutObjectCommand({ Bucket: local.buckets.originals, Key, Body: 'any bytes', ...input }));

test('a focal point is set, shown, replaced and removed', async () => {
  await put('a b/ü+.jpg');
  const { ETag } = await head('a b/ü+.jpg');
  expect(await focus('a b/ü+.jpg', '0.31,0.62')).toEqual({ code: 0, output: 'a b/ü+.jpg: 0.31,0.62' });
  expect(await head('a b/ü+.jpg')).toMatchObject({ ETag, Metadata: { focus: '0.31,0.62' } });
  expect(await focus('a b/ü+.jpg', '--show')).toEqual({ code: 0, output: '0.31,0.62' });
  await focus('a b/ü+.jpg', ' .5 , 1.0');
  expect(await focus('a b/ü+.jpg', '--show')).toEqual({ code: 0, output: '0.5,1' });
  expect((await focus('a b/ü+.jpg', '--clear')).code).toBe(0);
  expect((await focus('a b/ü+.jpg', '--show')).output).toBe('none: crops keep the middle');
  expect((await head('a b/ü+.jpg')).Metadata).toEqual({});
});

test('everything else about the object stays', async () => {
  const input = {
    ContentType: 'image/x-own',
    CacheControl: 'max-age=7',
    ContentDisposition: 'attachment; filename="a.jpg"',
    ContentEncoding: 'identity',
    ContentLanguage: 'de',
    Expires: new Date('2030-01-02T03:04:05Z'),
    WebsiteRedirectLocation: '/elsewhere',
    StorageClass: 'STANDARD_IA',
    Metadata: { owner: 'me', 'other-thing': 'x=1, y' },
  };
  await put('kept.jpg', input);
  const { LastModified: _before, $metadata: _first, ...before } = await head('kept.jpg');
  await focus('kept.jpg', '0,1');
  const { LastModified: _after, $metadata: _second, ...after } = await head('kept.jpg');
  expect(before).toMatchObject({ StorageClass: 'STANDARD_IA', ContentType: 'image/x-own', ContentLanguage: 'de' });
  expect(after).toEqual({ ...before, Metadata: { ...input.Metadata, focus: '0,1' } });
  const { Body } = await local.client.send(new GetObjectCommand({ Bucket: local.buckets.originals, Key: 'kept.jpg' }));
  expect(await Body!.transformToString()).toBe('any bytes');
});

test('a picture that is uploaded meanwhile is not replaced by the one before', async () => {
  await put('race.jpg');
  const { client, buckets } = local;
  const send = client.send.bind(client);
  const interleaved = Object.assign(Object.create(client) as typeof client, {
    send: async (command: HeadObjectCommand) => {
      if (!(command instanceof HeadObjectCommand)) await put('race.jpg', { Body: 'newer bytes' });
      return send(command);
    },
  });
  const set = setFocus(interleaved, buckets.originals, 'race.jpg', { x: 0, y: 0 });
  await expect(set).rejects.toThrow('race.jpg stays as it is: another one was uploaded at this moment.');
  expect(await head('race.jpg')).toMatchObject({ ContentLength: 'newer bytes'.length, Metadata: {} });
});

test('an object that cannot be copied whole stays as it is', async () => {
  const { client, buckets } = local;
  await put('large.jpg');
  const lying = (more: object) =>
    Object.assign(Object.create(client) as typeof client, {
      send: async (command: HeadObjectCommand) => ({ ...(await client.send(command)), ...more }),
    });
  const set = (more: object) => setFocus(lying(more), buckets.originals, 'large.jpg', { x: 0, y: 0 });
  await expect(set({ ContentLength: 5_368_709_121 })).rejects.toThrow(
    'large.jpg stays as it is: it has 5368709121 bytes, and S3 copies 5368709120 at once.',
  );
  await expect(set({ MissingMeta: 1 })).rejects.toThrow('metadata that HTTP cannot carry');
  await expect(set({ ExpiresString: 'soon' })).rejects.toThrow('its Expires is no date ("soon")');
  expect((await head('large.jpg')).Metadata).toEqual({});
});

test('what is no point of the metadata counts as none, and is shown', async () => {
  await put('odd.jpg', { Metadata: { focus: 'left' } });
  expect((await focus('odd.jpg', '--show')).output).toBe('none: "left" is not a focal point, so crops keep the middle');
});

test.each([
  [['a.jpg'], 'Give either a point such as 0.31,0.62, --show or --clear.'],
  [['a.jpg', '0,0', '--clear'], 'Give either'],
  [['a.jpg', '0.5'], '"0.5" is not a focal point. Expected two numbers from 0 to 1'],
  [['a.jpg', '0.5,1.01'], 'is not a focal point'],
  [['a.jpg', '50%,50%'], 'is not a focal point'],
  [['a.jpg', '-0.5,0'], 'unknown option'],
])('%j is refused', async (args, line) => {
  const { code, output } = await focus(...args);
  expect([code, output.split('\n').length, output]).toEqual([2, 1, expect.stringContaining(line)]);
});

test('a key that is not there is named in one line', async () => {
  for (const task of ['--show', '--clear', '0,0']) {
    const { code, output } = await focus('none.jpg', task);
    expect([code, output]).toEqual([1, `There is no none.jpg in ${local.buckets.originals}.`]);
  }
});
