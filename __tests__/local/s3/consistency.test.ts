import { createHash, randomBytes } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET, startTestS3 } from './support';
import type { TestS3 } from './support';

let server: TestS3;

beforeAll(async () => {
  server = await startTestS3();
});
afterAll(() => server.close());

const contested = { Bucket: BUCKET, Key: 'contested' };

it('never shows a body with the metadata of another, while writers, readers and deleters race', async () => {
  const client = server.client();
  const write = () => {
    const Body = randomBytes(200_000);
    const sha = createHash('sha256').update(Body).digest('hex');
    return client.send(new PutObjectCommand({ ...contested, Body, Metadata: { sha } }));
  };
  const read = async () => {
    const { Body, Metadata } = await client.send(new GetObjectCommand(contested));
    const data = (await Body?.transformToByteArray()) ?? '';
    return Metadata?.['sha'] === createHash('sha256').update(data).digest('hex') ? 'whole' : 'torn';
  };
  const missing = (error: { name?: string }) => error.name ?? 'no error';
  const outcomes = new Set<string>();
  const reader = async () => {
    for (let i = 0; i < 30; i += 1) outcomes.add(await read().catch(missing));
  };
  const writer = async () => {
    for (let i = 0; i < 30; i += 1) await write();
  };
  const deleter = async () => {
    for (let i = 0; i < 10; i += 1) await client.send(new DeleteObjectCommand(contested));
  };
  await write();
  await Promise.all([reader(), reader(), reader(), writer(), writer(), deleter()]);
  outcomes.delete('NoSuchKey');
  expect([...outcomes]).toEqual(['whole']);
});

it('shows writes at once', async () => {
  const client = server.client();
  for (let i = 0; i < 20; i += 1) {
    const Key = `consistent/${i}`;
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'consistent/' }));
    expect(KeyCount).toBe(i + 1);
  }
});

it('finishes reading an object that is replaced meanwhile', async () => {
  const client = server.client();
  const old = randomBytes(20_000_000);
  await client.send(new PutObjectCommand({ ...contested, Body: old }));
  const { Body } = await client.send(new GetObjectCommand(contested));
  await client.send(new PutObjectCommand({ ...contested, Body: 'new' }));
  await client.send(new DeleteObjectCommand(contested));
  expect(old.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
});

it('keeps everything through a restart', async () => {
  const before = server.client();
  const Metadata = { a: '1' };
  const put = (Key: string, Body: string) =>
    before.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, Metadata, ContentType: 'image/avif' }));
  for (const key of ['stays/😀', 'stays/replaced', 'stays/deleted']) await put(key, key);
  await put('stays/replaced', 'again');
  await before.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'stays/deleted' }));
  await server.restart();
  const after = server.client();
  const { Contents } = await after.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'stays/' }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['stays/replaced', 'stays/😀']);
  const answer = await after.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'stays/replaced' }));
  expect(answer).toMatchObject({ Metadata, ContentType: 'image/avif' });
  expect(await answer.Body?.transformToString()).toBe('again');
});
