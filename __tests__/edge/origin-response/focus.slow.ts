import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { setFocus } from '../../../scripts/focus/set-focus';
import { type Running, clearFaults, run } from '../../local/running';

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());
afterEach(() => clearFaults(local));

const HALVES = { left: '#f00', right: '#00f' };

/** A picture of two colours, so that a crop says from which side it is. */
const halves = ({ left, right } = HALVES) =>
  sharp({ create: { width: 400, height: 200, channels: 3, background: right } })
    .composite([{ input: { create: { width: 200, height: 200, channels: 3, background: left } }, left: 0, top: 0 }])
    .jpeg()
    .toBuffer();

const put = async (Key: string, Body: Buffer, focus?: string) =>
  local.client.send(
    new PutObjectCommand({
      Bucket: local.buckets.originals,
      Key,
      Body,
      ...(focus !== undefined && { Metadata: { focus } }),
    }),
  );

const focusOn = (key: string, point: { x: number; y: number } | undefined) =>
  setFocus(local.client, local.buckets.originals, key, point);

const LEFT = { x: 0, y: 0.5 };
const RIGHT = { x: 1, y: 0.5 };

const SQUARES = ['/100x100/', '/thumb/', '/300x300/'];

/** What a square shows: one half of the picture, or both. */
async function shown(path: string): Promise<string> {
  const { status, body } = await local.get(path);
  if (status !== 200) return String(status);
  const { data, info } = await sharp(body).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const isRed = (x: number) => data[(Math.floor(info.height / 2) * info.width + x) * info.channels]! > 127;
  return [isRed(2), isRed(info.width - 3)].map((red) => (red ? 'left' : 'right')).join(' to ');
}

const squares = (key: string) => Promise.all(SQUARES.map((square) => shown(square + key)));
const all = (what: string) => SQUARES.map(() => what);

test('a crop keeps the focal point of the metadata, and without one the middle', async () => {
  await put('at-left.jpg', await halves(), '0.1,0.5');
  await put('at-right.jpg', await halves(), ' 0.95 , .2');
  await put('none.jpg', await halves());
  expect(await squares('at-left.jpg')).toEqual(all('left to left'));
  expect(await squares('at-right.jpg')).toEqual(all('right to right'));
  expect(await squares('none.jpg')).toEqual(all('left to right'));
});

test('no URL and no variant is another one for it', async () => {
  await put('same.jpg', await halves(), '0.1,0.5');
  await local.get('/100x100/same.jpg');
  const name = `${local.generation}/same.jpg/100x100-cover-focus.auto`;
  expect((await local.variants()).filter((key) => key.includes('/same.jpg/'))).toEqual([name]);
  const { Metadata } = await local.client.send(new HeadObjectCommand({ Bucket: local.buckets.variants, Key: name }));
  expect(Metadata).toMatchObject({
    'original-focus': '0.1,0.5',
    'original-etag': expect.stringMatching(/^[\da-f]{32}$/),
  });
});

test.each(['left', '', '0.5', '1.2,0', '0,0,0', '-1,0', 'NaN,0', '50%,50%', '0x1,0', '1e-1,0'])(
  'the metadata %j is no point: the middle counts, and the log line says so',
  async (focus) => {
    const key = `odd-${Buffer.from(focus).toString('hex')}.jpg`;
    await put(key, await halves(), focus);
    await local.settle();
    local.logged.length = 0;
    expect(await shown(`/100x100/${key}`)).toBe('left to right');
    expect(local.logged.join('\n')).toContain(`"invalidFocus":${JSON.stringify(focus)}`);
  },
);

test('a change of the metadata alone keeps the ETag of the original, and makes its variants anew', async () => {
  await put('meta.jpg', await halves());
  await local.settle();
  const { ETag } = await local.client.send(new HeadObjectCommand({ Bucket: local.buckets.originals, Key: 'meta.jpg' }));
  expect(await squares('meta.jpg')).toEqual(all('left to right'));
  for (const [point, expected] of [
    [LEFT, 'left to left'],
    [RIGHT, 'right to right'],
    [undefined, 'left to right'],
  ] as const) {
    await focusOn('meta.jpg', point);
    const head = new HeadObjectCommand({ Bucket: local.buckets.originals, Key: 'meta.jpg' });
    expect((await local.client.send(head)).ETag).toBe(ETag);
    await local.settle();
    expect(await squares('meta.jpg')).toEqual(all(expected));
    await local.settle();
    expect(await squares('meta.jpg')).toEqual(all(expected));
  }
});

test('other metadata, and another way to write the same point, make nothing anew', async () => {
  await put('kept.jpg', await halves(), '0.25,0.5');
  await local.settle();
  await squares('kept.jpg');
  const before = await local.variants();
  const copy = {
    Bucket: local.buckets.originals,
    Key: 'kept.jpg',
    CopySource: `${local.buckets.originals}/kept.jpg`,
    MetadataDirective: 'REPLACE',
    Metadata: { focus: '0.250, .50', owner: 'me' },
  } as const;
  await local.client.send(new CopyObjectCommand(copy));
  await local.settled();
  expect(await local.variants()).toEqual(before);
});

test('an overwrite brings its own focal point, or none', async () => {
  await put('over.jpg', await halves(), '0,0');
  await local.settle();
  expect(await squares('over.jpg')).toEqual(all('left to left'));
  await put('over.jpg', await halves({ left: '#f80', right: '#08f' }), '1,1');
  await local.settle();
  expect(await squares('over.jpg')).toEqual(all('right to right'));
  await put('over.jpg', await halves());
  await local.settle();
  expect(await squares('over.jpg')).toEqual(all('left to right'));
});

test('a copy takes the focal point with it, and over another original', async () => {
  await put('from.jpg', await halves(), '0,0');
  await put('to.jpg', await halves());
  await local.settle();
  expect(await squares('to.jpg')).toEqual(all('left to right'));
  const CopySource = `${local.buckets.originals}/from.jpg`;
  await local.client.send(new CopyObjectCommand({ Bucket: local.buckets.originals, Key: 'to.jpg', CopySource }));
  await local.settle();
  expect(await squares('to.jpg')).toEqual(all('left to left'));
});

test('after a removal all are gone', async () => {
  await put('gone.jpg', await halves(), '0,0');
  await local.settle();
  expect(await squares('gone.jpg')).toEqual(all('left to left'));
  await local.client.send(new DeleteObjectCommand({ Bucket: local.buckets.originals, Key: 'gone.jpg' }));
  await local.settle();
  expect(await squares('gone.jpg')).toEqual(all('404'));
});

test('a refusal records the focal point, and goes when it changes', async () => {
  await put('text.jpg', Buffer.from('This is no image.'));
  await local.settle();
  expect(await squares('text.jpg')).toEqual(all('415'));
  const stored = () => local.variants().then((keys) => keys.filter((key) => key.includes('/text.jpg/')));
  expect(await stored()).toHaveLength(SQUARES.length);
  await focusOn('text.jpg', LEFT);
  await local.settled();
  expect(await stored()).toEqual([]);
});

test.each([
  's3:HeadObject=503,times=5',
  's3:ListObjectsV2=503,times=4',
  's3:DeleteObjects=500,times=4',
  'cloudfront:CreateInvalidation=throttle,times=5',
  'sqs:SendMessageBatch=500,times=4',
  'lambda:Invoke=500,times=2',
])('a change of the focal point is not lost to %s', async (fault) => {
  const key = `${fault.replaceAll(/\W/g, '')}.jpg`;
  await put(key, await halves());
  await local.settle();
  expect(await shown(`/100x100/${key}`)).toBe('left to right');
  await focusOn(key, RIGHT);
  local.faults.add(fault);
  for (let tries = 0; tries < 8; tries++) {
    await local.settled();
    local.clock.advance(15 * 60_000);
  }
  clearFaults(local);
  expect(await shown(`/100x100/${key}`)).toBe('right to right');
});
