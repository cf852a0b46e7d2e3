import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { GetObjectCommandInput, PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { S3_KEY_BYTES, S3_API } from '../../../edge/limits';
import { raw } from './raw-request';
import { BUCKET, startTestS3 } from './support';
import type { TestS3 } from './support';

let server: TestS3;
let client: S3Client;

beforeAll(async () => {
  server = await startTestS3();
  client = server.client();
});
afterAll(() => server.close());

const put = (Key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...more }));
const text = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString();
const md5 = (data: string) => createHash('md5').update(data).digest('hex');

describe('an object', () => {
  it('is returned with its headers and metadata', async () => {
    const stored = await put('full.jpg', 'body', {
      ContentType: 'image/jpeg',
      CacheControl: 'public, max-age=60',
      ContentDisposition: 'inline',
      ContentLanguage: 'ro',
      Metadata: { 'cache-tag': 'abc' },
    });
    expect(stored).toMatchObject({ ETag: `"${md5('body')}"`, ServerSideEncryption: 'AES256' });
    expect(await get('full.jpg')).toMatchObject({
      ContentType: 'image/jpeg',
      CacheControl: 'public, max-age=60',
      ContentDisposition: 'inline',
      ContentLanguage: 'ro',
      Metadata: { 'cache-tag': 'abc' },
      ContentLength: 4,
      ETag: `"${md5('body')}"`,
      AcceptRanges: 'bytes',
      ServerSideEncryption: 'AES256',
    });
  });

  it('is a binary/octet-stream by default', async () => {
    await raw(server, { method: 'PUT', path: `/${BUCKET}/untyped`, body: 'body' });
    expect(await get('untyped')).toMatchObject({ ContentType: 'binary/octet-stream' });
  });

  it('can be empty', async () => {
    await put('empty', Buffer.alloc(0));
    const { ContentLength, Body } = await get('empty');
    expect([ContentLength, await Body?.transformToString()]).toEqual([0, '']);
  });

  it('has the same headers on HEAD', async () => {
    await put('head.jpg', 'body', { ContentType: 'image/jpeg' });
    const head = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'head.jpg' }));
    expect(head).toMatchObject({ ContentLength: 4, ContentType: 'image/jpeg', ETag: `"${md5('body')}"` });
  });

  it('is returned with the headers that the query asks for', async () => {
    await put('override', 'body', { ContentType: 'image/jpeg' });
    const answer = await get('override', { ResponseContentType: 'text/plain', ResponseCacheControl: 'no-store' });
    expect(answer).toMatchObject({ ContentType: 'text/plain', CacheControl: 'no-store' });
  });

  it('is gone once it is deleted, and can be deleted again', async () => {
    await put('gone', 'body');
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone' }));
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone' }));
    await expect(get('gone')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  });

  it('leaves no file behind when it is replaced or deleted', async () => {
    const files = () => readdir(path.join(server.directory, BUCKET, 'objects'));
    const before = await files();
    await put('replaced', 'one');
    await put('replaced', 'two');
    expect(await files()).toHaveLength(before.length + 1);
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'replaced' }));
    expect(await files()).toEqual(before);
    expect(await readdir(path.join(server.directory, BUCKET, 'drafts'))).toEqual([]);
  });

  it('may carry no more metadata than S3 allows', async () => {
    const most = { a: 'x'.repeat(S3_API.metadataBytes - 1) };
    await put('metadata', 'body', { Metadata: most });
    const over = put('metadata', 'body', { Metadata: { ...most, b: '' } });
    await expect(over).rejects.toMatchObject({ name: 'MetadataTooLarge' });
  });

  it('can be copied with its metadata or new metadata', async () => {
    await put('source', 'body', { ContentType: 'image/png', Metadata: { a: '1' } });
    const copy = { Bucket: BUCKET, Key: 'copy', CopySource: `/${BUCKET}/source` };
    await client.send(new CopyObjectCommand(copy));
    expect(await get('copy')).toMatchObject({ ContentType: 'image/png', Metadata: { a: '1' } });
    await client.send(new CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }));
    expect((await get('copy')).Metadata).toEqual({ b: '2' });
    expect(await text('copy')).toBe('body');
  });

  it('cannot be copied to itself unchanged', async () => {
    await put('itself', 'body');
    const copy = client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'itself', CopySource: `${BUCKET}/itself` }));
    await expect(copy).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it('can be copied to itself with new metadata; it keeps its ETag, but not its storage class', async () => {
    const { ETag } = await put('again', 'body', { StorageClass: 'STANDARD_IA', ContentType: 'image/png' });
    const before = await get('again');
    const copy = { Bucket: BUCKET, Key: 'again', CopySource: `${BUCKET}/again`, IfMatch: ETag } as const;
    const replace = { ...copy, MetadataDirective: 'REPLACE' as const, Metadata: { a: '2' } };
    const first = await client.send(new CopyObjectCommand({ ...replace, StorageClass: 'STANDARD_IA' }));
    const kept = await get('again');
    await client.send(new CopyObjectCommand({ ...replace, ContentType: 'image/webp' }));
    const lost = await get('again');
    expect([before, kept, lost].map(({ StorageClass }) => StorageClass)).toEqual([
      'STANDARD_IA',
      'STANDARD_IA',
      undefined,
    ]);
    expect([first.CopyObjectResult!.ETag, lost.ETag]).toEqual([ETag, ETag]);
    expect([kept.Metadata, kept.ContentType, lost.ContentType]).toEqual([
      { a: '2' },
      'binary/octet-stream',
      'image/webp',
    ]);
  });

  it('cannot be copied with an unknown directive or an unknown storage class', async () => {
    await put('strict', 'body');
    const copy = { Bucket: BUCKET, Key: 'strict', CopySource: `${BUCKET}/strict` };
    const directive = client.send(new CopyObjectCommand({ ...copy, MetadataDirective: 'KEEP' as 'COPY' }));
    await expect(directive).rejects.toMatchObject({ name: 'InvalidArgument' });
    const storage = client.send(new CopyObjectCommand({ ...copy, StorageClass: 'COLD' as 'STANDARD' }));
    await expect(storage).rejects.toMatchObject({ name: 'InvalidStorageClass' });
  });
});

describe('a key', () => {
  it.each([
    'with space.jpg',
    'plus+plus.jpg',
    'percent%41%.jpg',
    `quotes"'.jpg`,
    'brackets()[]{}<>.jpg',
    'and&hash#question?.jpg',
    'emoji😀.jpg',
    '日本語/写真.jpg',
    'a//b',
    '/leading',
    'trailing/',
    'a/../b',
    './c',
    'prefix',
    'prefix/child',
    'back\\slash',
    'colon:star*!~',
  ])('may be %j', async (key) => {
    expect(await roundTrip(key)).toEqual({ read: key, copied: `"${md5(key)}"` });
  });

  it('may have as many bytes of UTF-8 as S3 allows, and not one more', async () => {
    for (const longest of ['x'.repeat(S3_KEY_BYTES), 'é'.repeat(S3_KEY_BYTES / 2)]) {
      expect((await roundTrip(longest)).read).toBe(longest);
      await expect(put(`${longest}x`, 'body')).rejects.toMatchObject({ name: 'KeyTooLongError' });
    }
  });

  async function roundTrip(key: string) {
    await put(key, key);
    const CopySource = `${BUCKET}/${encodeURIComponent(key)}`;
    const copy = await client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'copied', CopySource }));
    return { read: await text(key), copied: copy.CopyObjectResult?.ETag };
  }

  it('reads a plain plus in a path as a space, as S3 does, and %2B as a plus', async () => {
    await put('a b', 'space');
    await put('a+b', 'plus');
    const open = await raw(server, { path: `/${BUCKET}/a%2Bb` });
    expect(open.body).toBe('plus');
    server.s3.journal.clear();
    await raw(server, { path: `/${BUCKET}/a+b`, credentials: 'none' });
    expect(server.s3.journal.entries[0]?.key).toBe('a b');
  });

  it('that is not UTF-8 is refused', async () => {
    expect(await raw(server, { path: `/${BUCKET}/%ff` })).toMatchObject({ status: 400 });
  });

  it.each(['localhost', 's3.localhost', 's3.amazonaws.com', `s3.eu-west-1.amazonaws.com`])(
    'is found with the bucket in a host under %s',
    async (domain) => {
      await put('in host', 'body');
      const headers = { host: `${BUCKET}.${domain}` };
      expect((await raw(server, { path: '/in%20host', headers })).body).toBe('body');
    },
  );
});

describe('a range', () => {
  beforeAll(() => put('digits', '0123456789'));

  it.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-5', '2345', 'bytes 2-5/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('%s is part of the body', async (Range, body, ContentRange) => {
    const answer = await get('digits', { Range });
    expect(answer).toMatchObject({ ContentRange, ContentLength: body.length, $metadata: { httpStatusCode: 206 } });
    expect(await answer.Body?.transformToString()).toBe(body);
  });

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('%s cannot be satisfied', async (Range) => {
    await expect(get('digits', { Range })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  it.each(['bytes=0-1,3-4', 'bytes=5-2', 'lines=1-2'])('%s is ignored', async (Range) => {
    expect(await text('digits', { Range })).toBe('0123456789');
  });

  it('is ignored if If-Range names another ETag', async () => {
    const headers = { range: 'bytes=0-1', 'if-range': '"other"' };
    expect(await raw(server, { path: `/${BUCKET}/digits`, headers })).toMatchObject({ status: 200 });
    const same = { range: 'bytes=0-1', 'if-range': `"${md5('0123456789')}"` };
    expect(await raw(server, { path: `/${BUCKET}/digits`, headers: same })).toMatchObject({ status: 206, body: '01' });
  });
});

describe('a conditional request', () => {
  const etag = `"${md5('body')}"`;
  const hour = 3_600_000;
  const past = () => new Date(Date.now() - hour);
  const future = () => new Date(Date.now() + hour);
  beforeAll(() => put('conditional', 'body', { CacheControl: 'max-age=60' }));
  const status = (more: Partial<GetObjectCommandInput>) =>
    get('conditional', more).then(
      ({ $metadata }) => $metadata.httpStatusCode,
      (error: { $metadata: { httpStatusCode?: number } }) => error.$metadata.httpStatusCode,
    );

  it.each([
    [{ IfNoneMatch: etag }, 304],
    [{ IfNoneMatch: '"other"' }, 200],
    [{ IfNoneMatch: '*' }, 304],
    [{ IfMatch: etag }, 200],
    [{ IfMatch: '"other"' }, 412],
    [{ IfModifiedSince: future() }, 304],
    [{ IfModifiedSince: past() }, 200],
    [{ IfUnmodifiedSince: past() }, 412],
    [{ IfUnmodifiedSince: future() }, 200],
    [{ IfMatch: etag, IfUnmodifiedSince: past() }, 200],
    [{ IfNoneMatch: '"other"', IfModifiedSince: future() }, 200],
  ])('to read with %j is answered with %i', async (condition, expected) => {
    expect(await status(condition)).toBe(expected);
  });

  it('is answered with the validators and cache headers for a 304', async () => {
    const answer = await raw(server, { path: `/${BUCKET}/conditional`, headers: { 'if-none-match': etag } });
    expect(answer).toMatchObject({ status: 304, body: '', headers: { etag, 'cache-control': 'max-age=60' } });
    expect(answer.headers['last-modified']).toBeDefined();
  });

  it('with If-None-Match lets only the first of many writers succeed', async () => {
    const writes = Array.from({ length: 10 }, (_, i) => put('once', `writer ${i}`, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(writes);
    const refused = outcomes.filter(({ status: state }) => state === 'rejected');
    expect(refused).toHaveLength(9);
    expect(refused[0]).toMatchObject({ reason: { name: 'PreconditionFailed' } });
  });

  it('with If-Match replaces only that object', async () => {
    await put('replace', 'one');
    await expect(put('replace', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await put('replace', 'two', { IfMatch: `"${md5('one')}"` });
    expect(await text('replace')).toBe('two');
    await expect(put('nothing', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('an answer', () => {
  it('has the headers of every S3 response', async () => {
    const { headers } = await raw(server, { path: `/${BUCKET}/digits` });
    expect(headers).toMatchObject({ server: 'AmazonS3', 'accept-ranges': 'bytes' });
    expect(headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
    expect(headers['x-amz-id-2']).toBeDefined();
  });

  it('that is an error is an XML document of unknown length', async () => {
    const { status, headers, body } = await raw(server, { path: `/${BUCKET}/nothing%26here` });
    expect([status, headers['content-type'], headers['transfer-encoding'], headers['content-length']]).toEqual([
      404,
      'application/xml',
      'chunked',
      undefined,
    ]);
    expect(body).toMatch(/^<\?xml .*\n<Error><Code>NoSuchKey<\/Code><Message>.*<Key>nothing&#38;here<\/Key>/);
    expect(body).toContain(`<RequestId>${headers['x-amz-request-id'] as string}</RequestId>`);
  });

  it('to HEAD has no body when it is an error', async () => {
    const answer = await raw(server, { method: 'HEAD', path: `/${BUCKET}/nothing` });
    expect(answer).toMatchObject({ status: 404, body: '' });
  });

  it('to an operation that is not modelled says so', async () => {
    expect(await raw(server, { path: `/${BUCKET}/digits`, query: { tagging: '' } })).toMatchObject({ status: 501 });
    expect(await raw(server, { method: 'POST', path: `/${BUCKET}/digits` })).toMatchObject({ status: 405 });
    const acl = { 'x-amz-acl': 'public-read' };
    expect(await raw(server, { method: 'PUT', path: `/${BUCKET}/acl`, headers: acl, body: '' })).toMatchObject({
      status: 400,
    });
  });
});

describe('the journal', () => {
  it('counts requests by caller and operation', async () => {
    server.s3.journal.clear();
    await put('journal', 'body');
    await text('journal');
    await get('nothing').catch(() => undefined);
    expect(server.s3.journal.entries).toMatchObject([
      { action: 's3:PutObject', bucket: BUCKET, key: 'journal', status: 200 },
      { action: 's3:GetObject', key: 'journal', status: 200, principal: 'arn:aws:iam::111122223333:root' },
      { action: 's3:GetObject', key: 'nothing', status: 404 },
    ]);
    expect(server.s3.journal.count('s3:GetObject', BUCKET)).toBe(2);
  });
});

describe('an event', () => {
  it('reports every change, in order', async () => {
    server.events.length = 0;
    await put('event', 'body');
    await client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'event2', CopySource: `${BUCKET}/event` }));
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'event' }));
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'event' }));
    expect(server.events).toMatchObject([
      { type: 'ObjectCreated:Put', bucket: BUCKET, key: 'event', etag: md5('body'), size: 4 },
      { type: 'ObjectCreated:Copy', key: 'event2', etag: md5('body'), size: 4 },
      { type: 'ObjectRemoved:Delete', key: 'event' },
    ]);
    const sequencers = server.events.map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
  });

  it('reports a delete marker in a versioned bucket', async () => {
    const versioned = await startTestS3({ versioned: true });
    await versioned.client().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'event' }));
    expect(versioned.events).toMatchObject([{ type: 'ObjectRemoved:DeleteMarkerCreated', key: 'event' }]);
    await versioned.close();
  });
});
