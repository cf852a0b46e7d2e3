import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { S3_API } from '../../../edge/limits';
import { deliver, raw, sign } from './raw-request';
import { BUCKET, REGION, startTestS3 } from './support';
import type { TestS3 } from './support';

let server: TestS3;

beforeAll(async () => {
  server = await startTestS3();
  await server.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a b+c', Body: 'body' }));
});
afterAll(() => server.close());

const PATH = `/${BUCKET}/a%20b%2Bc`;
const SKEW = S3_API.clockSkewSeconds * 1000;

/** The status and code of a response. */
async function outcome(answer: Promise<{ status: number; body: string }>): Promise<[number, string | undefined]> {
  const { status, body } = await answer;
  return [status, /<Code>(\w+)/.exec(body)?.[1]];
}

describe('a signature', () => {
  it('in the header identifies its owner', async () => {
    expect(await raw(server, { path: PATH })).toMatchObject({ status: 200, body: 'body' });
  });

  it('is invalid for another path, query, header, method or secret', async () => {
    const signed = await sign(server, { path: PATH, headers: { 'x-amz-meta-a': '1' } });
    const changes = [
      { path: `/${BUCKET}/other` },
      { query: { list: '1' } },
      { headers: { ...signed.headers, 'x-amz-meta-a': '2' } },
      { method: 'DELETE' },
    ];
    for (const change of changes) {
      expect(await outcome(deliver({ ...signed, ...change }))).toEqual([403, 'SignatureDoesNotMatch']);
    }
    const credentials = { ...server.credentials(), secretAccessKey: 'guessed' };
    expect(await outcome(raw(server, { path: PATH, credentials }))).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('needs a known access key and its session token', async () => {
    const credentials = server.credentials();
    const unknown = { ...credentials, accessKeyId: 'ASIANOBODY' };
    expect(await outcome(raw(server, { path: PATH, credentials: unknown }))).toEqual([403, 'InvalidAccessKeyId']);
    const foreign = { ...credentials, sessionToken: 'other' };
    expect(await outcome(raw(server, { path: PATH, credentials: foreign }))).toEqual([400, 'InvalidToken']);
    server.s3.identities.delete(credentials.accessKeyId);
    expect(await outcome(raw(server, { path: PATH, credentials }))).toEqual([403, 'InvalidAccessKeyId']);
  });

  it('has to cover every x-amz header', async () => {
    const signed = await sign(server, { path: PATH });
    const more = { ...signed, headers: { ...signed.headers, 'x-amz-meta-a': '1' } };
    expect(await outcome(deliver(more))).toEqual([403, 'AccessDenied']);
  });

  it("is valid within AWS's limit of clock skew", async () => {
    const at = (offset: number) => raw(server, { path: PATH, signingDate: new Date(Date.now() + offset) });
    expect(await at(60_000 - SKEW)).toMatchObject({ status: 200 });
    expect(await at(SKEW - 60_000)).toMatchObject({ status: 200 });
    expect(await outcome(at(-SKEW - 60_000))).toEqual([403, 'RequestTimeTooSkewed']);
    expect(await outcome(at(SKEW + 60_000))).toEqual([403, 'RequestTimeTooSkewed']);
  });

  it("has to be for the bucket's region: for another, the redirect names it", async () => {
    const redirect = await raw(server, { path: PATH, region: 'eu-central-1' });
    expect(redirect).toMatchObject({ status: 301, headers: { 'x-amz-bucket-region': REGION } });
    expect(redirect.body).toContain('<Code>PermanentRedirect</Code>');
    expect(redirect.body).toContain(`<Endpoint>${BUCKET}.s3.${REGION}.amazonaws.com</Endpoint>`);
  });

  it('for us-east-1 is a 400 if the bucket is in another region', async () => {
    const answer = await raw(server, { path: PATH, region: 'us-east-1' });
    expect(answer).toMatchObject({ status: 400, headers: { 'x-amz-bucket-region': REGION } });
    expect(answer.body).toContain(`expecting '${REGION}'`);
  });

  it('of an older version is refused', async () => {
    const headers = { authorization: 'AWS AKIA:abc' };
    expect(await outcome(raw(server, { path: PATH, credentials: 'none', headers }))).toEqual([400, 'InvalidRequest']);
  });

  it.each(['AWSAccessKeyId', 'X-Amz-Algorithm'])('in the query, %s, is not modelled', async (name) => {
    const answer = raw(server, { path: PATH, credentials: 'none', query: { [name]: 'any' } });
    expect(await outcome(answer)).toEqual([501, 'NotImplemented']);
  });

  it('is valid however the SDK escapes a request', async () => {
    const client = server.client();
    const Metadata = { spaces: 'a  b', comma: 'a, b' };
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "~!*'()/é", Body: 'x', Metadata }));
    const { Body } = await client.send(
      new GetObjectCommand({
        Bucket: BUCKET,
        Key: "~!*'()/é",
        ResponseContentDisposition: `attachment; name="a+b & c"`,
      }),
    );
    expect(await Body?.transformToString()).toBe('x');
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "~!*'()/é" }));
    expect(Contents).toHaveLength(1);
  });
});
