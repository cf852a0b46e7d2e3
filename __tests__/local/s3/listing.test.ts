import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { S3_API } from '../../../edge/limits';
import { list } from '../../../local/src/s3/listing';
import { SortedKeys } from '../../../local/src/s3/sorted-keys';
import { BUCKET, REGION, startTestS3 } from './support';
import type { TestS3 } from './support';

const KEYS = ['a/1.jpg', 'a/2.jpg', 'a/b/3.jpg', 'a//4.jpg', 'b.jpg', 'é.jpg', '\uffee.jpg', '😀.jpg', 'x & <y>.jpg'];
/** In the order of UTF-8 bytes; in UTF-16 the emoji would be first. */
const SORTED = ['a//4.jpg', 'a/1.jpg', 'a/2.jpg', 'a/b/3.jpg', 'b.jpg', 'x & <y>.jpg', 'é.jpg', '\uffee.jpg', '😀.jpg'];

let server: TestS3;
let client: S3Client;

beforeAll(async () => {
  server = await startTestS3();
  client = server.client();
  for (const Key of KEYS) await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
});
afterAll(() => server.close());

const listV2 = (more: Partial<ListObjectsV2CommandInput> = {}) =>
  client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...more }));
const keys = async (more: Partial<ListObjectsV2CommandInput> = {}) =>
  (await listV2(more)).Contents?.map(({ Key }) => Key) ?? [];

describe('a listing', () => {
  it('is in the order of UTF-8 bytes', async () => {
    expect(await keys()).toEqual(SORTED);
  });

  it('describes each object', async () => {
    const [first] = (await listV2({ FetchOwner: true, MaxKeys: 1 })).Contents ?? [];
    expect(first).toMatchObject({ Key: 'a//4.jpg', Size: 8, StorageClass: 'STANDARD', Owner: { ID: 'local' } });
    expect(first?.LastModified).toBeInstanceOf(Date);
  });

  it('keeps to a prefix', async () => {
    expect(await keys({ Prefix: 'a/b' })).toEqual(['a/b/3.jpg']);
    expect(await keys({ Prefix: 'nothing' })).toEqual([]);
  });

  it('rolls keys up to the delimiter', async () => {
    const { Contents, CommonPrefixes, KeyCount } = await listV2({ Prefix: 'a/', Delimiter: '/' });
    expect(Contents?.map(({ Key }) => Key)).toEqual(['a/1.jpg', 'a/2.jpg']);
    expect(CommonPrefixes).toEqual([{ Prefix: 'a//' }, { Prefix: 'a/b/' }]);
    expect(KeyCount).toBe(4);
  });

  it('begins after a key', async () => {
    expect(await keys({ StartAfter: 'b.jpg' })).toEqual(SORTED.slice(5));
    expect(await keys({ StartAfter: 'a/1', Prefix: 'a/' })).toEqual(['a/1.jpg', 'a/2.jpg', 'a/b/3.jpg']);
  });

  it('has pages without gaps or repetitions, with a delimiter, too', async () => {
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket: BUCKET, Delimiter: '/' })) {
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(seen).toEqual(['a/', ...SORTED.slice(4)]);
  });

  it('has escaped keys on request', async () => {
    expect(await keys({ EncodingType: 'url', Prefix: 'x' })).toEqual(['x%20%26%20%3Cy%3E.jpg']);
  });

  it('refuses an invalid continuation token and an invalid number', async () => {
    await expect(listV2({ ContinuationToken: '§' })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(listV2({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
    expect(await listV2({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it('of version 1 is not modelled, and the error says what to use', async () => {
    await expect(client.send(new ListObjectsCommand({ Bucket: BUCKET }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('ListObjectsV2') as string,
    });
  });

  it('agrees with a sort of the bytes for any keys, prefix and delimiter', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(key), fc.constantFrom('', 'a', '/'), (all, prefix) => {
        const sorted = new SortedKeys();
        for (const each of all) sorted.add(each);
        const found: string[] = [];
        let start: string | undefined = '';
        while (start !== undefined) {
          const page = list(sorted, { prefix, delimiter: '', start, max: 3 });
          found.push(...page.keys);
          start = page.next;
        }
        const expected = all
          .filter((each) => each.startsWith(prefix))
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(found).toEqual(expected);
      }),
      { seed: 20_261_121 },
    );
  });
});

describe('deleting many', () => {
  it('removes each key, and has an event for those that existed', async () => {
    const Objects = ['many/1', 'many & <2>', 'many\r\n3', 'never there'].map((Key) => ({ Key }));
    for (const { Key } of Objects.slice(0, 3)) {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
    }
    server.events.length = 0;
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
    expect(answer.Deleted).toEqual(Objects);
    expect(server.events.map(({ key }) => key)).toEqual(['many/1', 'many & <2>', 'many\r\n3']);
    expect(await keys({ Prefix: 'many' })).toEqual([]);
  });

  it('can be quiet, and is limited to 1,000 keys', async () => {
    const quiet = { Objects: [{ Key: 'x' }], Quiet: true };
    expect((await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: quiet }))).Deleted).toBeUndefined();
    const Objects = Array.from({ length: S3_API.deletedKeys + 1 }, (_, i) => ({ Key: `${i}` }));
    const over = client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
    await expect(over).rejects.toMatchObject({ name: 'MalformedXML' });
  });
});

describe('a bucket', () => {
  it('can be created, found, listed and, if empty, deleted', async () => {
    await client.send(
      new CreateBucketCommand({
        Bucket: 'another',
        CreateBucketConfiguration: { LocationConstraint: REGION },
      }),
    );
    const bucket = { Bucket: 'another' };
    expect(await client.send(new HeadBucketCommand(bucket))).toMatchObject({ BucketRegion: REGION });
    expect(await client.send(new GetBucketLocationCommand(bucket))).toMatchObject({ LocationConstraint: REGION });
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['another', BUCKET]);
    await expect(client.send(new CreateBucketCommand(bucket))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await client.send(new PutObjectCommand({ ...bucket, Key: 'x', Body: 'x' }));
    await expect(client.send(new DeleteBucketCommand(bucket))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await client.send(new DeleteObjectsCommand({ ...bucket, Delete: { Objects: [{ Key: 'x' }] } }));
    await client.send(new DeleteBucketCommand(bucket));
    await expect(listV2(bucket)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
