import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { S3_API } from '../../edge/limits';
import { BUCKET, startTestS3 } from '../local/s3/support';

test('a bucket of 300,000 objects is read at start and listed from anywhere', async () => {
  const server = await startTestS3();
  const log = join(server.directory, BUCKET, 'log.jsonl');
  const key = (i: number) => `p${String((i * 7919) % 300_000).padStart(6, '0')}/photo.jpg`;
  const lines = Array.from({ length: 300_000 }, (_, i) =>
    JSON.stringify({ put: { key: key(i), size: 1, etag: 'x', modified: 0, headers: {}, file: `${i}` } }),
  );
  await server.restart(() => writeFile(log, `${lines.join('\n')}\n{"put":{"key":"half a li`));
  const client = server.client();
  const list = (more: Partial<ListObjectsV2CommandInput>) =>
    client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...more }));
  const keys = async (more: Partial<ListObjectsV2CommandInput>) =>
    (await list(more)).Contents?.map(({ Key }) => Key) ?? [];
  expect(await keys({ StartAfter: 'p250000/photo.jpg', MaxKeys: 2 })).toEqual([
    'p250001/photo.jpg',
    'p250002/photo.jpg',
  ]);
  const { CommonPrefixes } = await list({ Prefix: 'p1', Delimiter: '/' });
  expect(CommonPrefixes).toHaveLength(S3_API.listedKeys);
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'p100000/a.jpg', Body: 'x' }));
  expect(await keys({ Prefix: 'p100000/' })).toEqual(['p100000/a.jpg', 'p100000/photo.jpg']);
  await server.close();
});
