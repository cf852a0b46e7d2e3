import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Principal } from '../../../local/src/iam/evaluate';
import { parseStatements } from '../../../local/src/iam/policy';
import { raw } from './raw-request';
import { ACCOUNT, BUCKET, startTestS3 } from './support';
import type { TestS3 } from './support';

const DISTRIBUTION = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
const ARN = `arn:aws:s3:::${BUCKET}`;
const cloudFront: Principal = {
  kind: 'service',
  service: 'cloudfront.amazonaws.com',
  sourceArn: DISTRIBUTION,
  sourceAccount: ACCOUNT,
};

/** The bucket policy of a stack with origin access control, with a rule about TLS. */
const POLICY = parseStatements(
  [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: [ARN, `${ARN}/*`],
      Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION } },
    },
    {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: [ARN, `${ARN}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    { Sid: 'KeepForever', Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: `${ARN}/kept/*` },
  ],
  'bucket policy',
);

let server: TestS3;

beforeAll(async () => {
  server = await startTestS3({ policy: POLICY });
  for (const Key of ['here', 'kept/here']) {
    await server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'body' }));
  }
});
afterAll(() => server.close());

const role = (...statements: { Action: string | string[]; Resource: string; Condition?: object }[]): Principal => ({
  kind: 'role',
  arn: `arn:aws:iam::${ACCOUNT}:role/render`,
  statements: parseStatements(
    statements.map((statement) => ({ Effect: 'Allow', ...statement })),
    'role',
  ),
});
const here = { Bucket: BUCKET, Key: 'here' };
const missing = { Bucket: BUCKET, Key: 'missing' };
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('a role', () => {
  it("may do what its policy allows, on the policy's resources", async () => {
    const client = server.client(role({ Action: 's3:Get*', Resource: `${ARN}/h?re` }));
    expect(await client.send(new GetObjectCommand(here))).toMatchObject({ ContentLength: 4 });
    await expect(client.send(new GetObjectCommand({ ...here, Key: 'kept/here' }))).rejects.toMatchObject(denied);
  });

  it.each([
    ['PutObject', new PutObjectCommand({ ...here, Body: 'x' })],
    ['DeleteObject', new DeleteObjectCommand(here)],
    ['ListObjectsV2', new ListObjectsV2Command({ Bucket: BUCKET })],
    ['GetObject', new GetObjectCommand(here)],
  ] as const)('without a permission for %s is refused, and the log says why', async (name, command) => {
    server.logged.length = 0;
    const client = server.client(role({ Action: 's3:GetObject', Resource: `${ARN}/other` }));
    await expect(client.send(command as GetObjectCommand)).rejects.toMatchObject(denied);
    const permission = name === 'ListObjectsV2' ? 's3:ListBucket' : `s3:${name}`;
    expect(server.logged).toEqual([
      expect.stringMatching(
        new RegExp(`^s3 denied: arn:aws:iam::${ACCOUNT}:role/render ${permission} ${ARN}.*, because no identity-based`),
      ),
    ]);
  });

  it('learns that a key is missing only if it may list the bucket', async () => {
    const reader = { Action: 's3:GetObject', Resource: `${ARN}/*` };
    await expect(server.client(role(reader)).send(new GetObjectCommand(missing))).rejects.toMatchObject(denied);
    const lister = server.client(role(reader, { Action: 's3:ListBucket', Resource: ARN }));
    await expect(lister.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(lister.send(new HeadObjectCommand(missing))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('needs the permission to read for If-Match, but not for a new object', async () => {
    const writer = { Action: 's3:PutObject', Resource: `${ARN}/mine/*` };
    const put = (Key: string, condition: object) =>
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x', ...condition });
    const client = server.client(role(writer));
    const { ETag } = await client.send(put('mine/one', { IfNoneMatch: '*' }));
    await expect(client.send(put('mine/one', { IfMatch: ETag }))).rejects.toMatchObject(denied);
    const reader = server.client(role(writer, { Action: 's3:GetObject', Resource: `${ARN}/mine/*` }));
    expect((await reader.send(put('mine/one', { IfMatch: ETag }))).ETag).toBe(ETag);
  });

  it('lists only the prefixes of a condition', async () => {
    const client = server.client(
      role({ Action: 's3:ListBucket', Resource: ARN, Condition: { StringLike: { 's3:prefix': ['kept/*'] } } }),
    );
    const list = (Prefix?: string) => client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
    expect((await list('kept/')).KeyCount).toBe(1);
    await expect(list('he')).rejects.toMatchObject(denied);
    await expect(list()).rejects.toMatchObject(denied);
    await expect(client.send(new HeadBucketCommand({ Bucket: BUCKET }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('deletes only the keys that it may delete', async () => {
    const client = server.client(role({ Action: 's3:DeleteObject', Resource: `${ARN}/mine/*` }));
    const Delete = { Objects: [{ Key: 'mine/1' }, { Key: 'here' }] };
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete }));
    expect(answer).toMatchObject({ Deleted: [{ Key: 'mine/1' }], Errors: [{ Key: 'here', Code: 'AccessDenied' }] });
  });

  it('copies only what it may read', async () => {
    const writer = { Action: 's3:PutObject', Resource: `${ARN}/*` };
    const copy = new CopyObjectCommand({ Bucket: BUCKET, Key: 'copy', CopySource: `${BUCKET}/here` });
    await expect(server.client(role(writer)).send(copy)).rejects.toMatchObject(denied);
    const reader = server.client(role(writer, { Action: 's3:GetObject', Resource: `${ARN}/here` }));
    expect((await reader.send(copy)).CopyObjectResult?.ETag).toBeDefined();
  });
});

describe('CloudFront', () => {
  it('reads and lists for the distribution that the bucket policy names', async () => {
    const client = server.client(cloudFront);
    expect(await client.send(new GetObjectCommand(here))).toMatchObject({ ContentLength: 4 });
    await expect(client.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(client.send(new PutObjectCommand({ ...here, Body: 'x' }))).rejects.toMatchObject(denied);
  });

  it('may not for another distribution', async () => {
    const other = server.client({ ...cloudFront, sourceArn: `${DISTRIBUTION}X` });
    await expect(other.send(new GetObjectCommand(here))).rejects.toMatchObject(denied);
  });
});

describe('anyone else', () => {
  it('without a signature is refused', async () => {
    expect(await raw(server, { path: `/${BUCKET}/here`, credentials: 'none' })).toMatchObject({ status: 403 });
  });

  it('who administers the account may do everything that the bucket does not deny', async () => {
    const client = server.client();
    await expect(client.send(new DeleteObjectCommand({ ...here, Key: 'kept/here' }))).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('explicit deny in a resource-based policy (KeepForever)') as string,
    });
    await client.send(new DeleteObjectCommand(missing));
  });
});
