import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { distributionOf, mutateAssembly } from '../../tools/mutations/template';
import { type Running, clearFaults, photo, run } from '../../local/running';

interface Line {
  Outcome: string;
  made?: string;
  s3Failures?: {
    operation: string;
    bucket: string;
    name?: string;
    status?: number;
    requestId?: string;
    advice?: string;
  }[];
}

/** The line that the function left about a key. */
function lineOf({ logged }: Running, key: string): Line {
  const line = logged.findLast((each) => each.includes(`"key":"${key}"`))!;
  return JSON.parse(line.slice(line.indexOf('{'))) as Line;
}

describe('S3 refuses', () => {
  let local: Running;
  beforeAll(async () => {
    local = await run();
    await local.put('photo.jpg', await photo(200, 150));
    await local.settle();
  });
  afterAll(() => local.close());
  afterEach(() => clearFaults(local));

  test.each([
    ['AccessDenied', 403, /may not read \S+: /],
    ['InvalidObjectState', 403, /is archived/],
    ['NoSuchBucket', 404, /There is no bucket \S+: /],
    ['KMS.DisabledException', 400, /KMS key that \S+ is encrypted with cannot be used.*originals\.kmsKeyArn/],
  ])(
    'an original with %s: 500, and the log has name, status, request id and a sentence',
    async (code, status, advice) => {
      local.faults.add(`s3:GetObject=${code},bucket=${local.buckets.originals}`);
      const { headers, body, ...answer } = await local.get('/100x100/photo.jpg');
      expect([answer.status, headers['x-resizer-error'], headers['cache-control']]).toEqual([
        500,
        'UNREADABLE',
        'no-store',
      ]);
      expect(body.toString()).toBe('The originals cannot be read.\n');
      expect(lineOf(local, 'photo.jpg')).toMatchObject({
        Outcome: 'UNREADABLE',
        s3Failures: [
          {
            operation: 'GetObject',
            bucket: local.buckets.originals,
            name: code,
            status,
            requestId: expect.stringMatching(/^[0-9A-F]{16}$/),
            advice: expect.stringMatching(advice),
          },
        ],
      });
    },
  );

  test('an original because KMS has too much to do: 503, without advice', async () => {
    local.faults.add(`s3:GetObject=KMS.ThrottlingException,bucket=${local.buckets.originals}`);
    expect((await local.get('/100x100/photo.jpg')).status).toBe(503);
    const [failed] = lineOf(local, 'photo.jpg').s3Failures!;
    expect([failed!.name, failed!.advice]).toEqual(['KMS.ThrottlingException', undefined]);
  });

  test.each([
    ['AccessDenied', 403, /may not use \S+ as the stack lets it/],
    ['KMS.DisabledException', 400, /gives no permission/],
    ['SlowDown', 503, /^none$/],
  ])(
    'to store a variant with %s: the outcome is that it is unstored, and the log says why',
    async (code, status, advice) => {
      local.faults.add(`s3:PutObject=${code}`);
      expect((await local.get('/100x100/photo.jpg')).status).toBe(200);
      const line = lineOf(local, 'photo.jpg');
      expect(line).toMatchObject({
        Outcome: 'unstored',
        made: 'rendered',
        s3Failures: [{ operation: 'PutObject', bucket: local.buckets.variants, name: code, status }],
      });
      expect(line.s3Failures![0]!.advice ?? 'none').toMatch(advice);
    },
  );

  test('connections: the log has the name that the system gives to it', async () => {
    local.faults.add(`s3:GetObject=reset,bucket=${local.buckets.originals}`);
    expect((await local.get('/600x600/photo.jpg')).status).toBe(503);
    expect(lineOf(local, 'photo.jpg').s3Failures).toEqual([
      { operation: 'GetObject', bucket: local.buckets.originals, name: 'ECONNRESET' },
    ]);
  });

  test.each([503, 403])("CloudFront's own request with %i: status and request id are in the log", async (status) => {
    local.faults.add(`s3:GetObject=${status},bucket=${local.buckets.variants}`);
    await local.get('/100x100/photo.jpg');
    expect(lineOf(local, 'photo.jpg').s3Failures).toContainEqual({
      operation: 'GetObject by CloudFront',
      bucket: local.buckets.variants,
      status,
      requestId: expect.stringMatching(/^[0-9A-F]{16}$/),
    });
  });

  test('nothing: no failure is in the log, and a missing original is none', async () => {
    await local.get('/320w/photo.jpg');
    expect(lineOf(local, 'photo.jpg').s3Failures).toBeUndefined();
    await local.get('/320w/missing.jpg');
    expect(lineOf(local, 'missing.jpg')).toMatchObject({ Outcome: 'NOT_FOUND' });
    expect(lineOf(local, 'missing.jpg').s3Failures).toBeUndefined();
  });
});

describe('the stack was told the wrong place of the originals', () => {
  const ELSEWHERE = 'photos-elsewhere';
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'places-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['eu-central-1', ELSEWHERE, 301, 'PermanentRedirect', /not in eu-central-1.*originals\.region.*eu-west-1/],
    ['us-east-1', ELSEWHERE, 400, 'AuthorizationHeaderMalformed', /not in us-east-1.*originals\.region.*eu-west-1/],
    ['us-east-1', 'no-such-bucket', 404, 'NoSuchBucket', /There is no bucket no-such-bucket/],
  ])('%s and %s: 500, and the sentence names it', async (region, bucket, status, name, advice) => {
    const cdkOut = join(folder, 'cdk.out');
    mutateAssembly(process.env['CDK_OUT']!, cdkOut, (template) => {
      for (const header of distributionOf(template).Origins[0].OriginCustomHeaders) {
        if (header.HeaderName.endsWith('originals-region')) header.HeaderValue = region;
        if (header.HeaderName.endsWith('originals-bucket')) header.HeaderValue = bucket;
      }
    });
    const local = await run({ cdkOut });
    // The local distribution makes the buckets that a template names.
    const { endpoint, credentials } = local.client.config;
    const there = new S3Client({ region, credentials, forcePathStyle: true, ...(endpoint && { endpoint }) });
    await there.send(new DeleteBucketCommand({ Bucket: bucket }));
    await local.client.send(
      new CreateBucketCommand({ Bucket: ELSEWHERE, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    const answer = await local.get('/100x100/photo.jpg');
    expect([answer.status, answer.headers['x-resizer-error']]).toEqual([500, 'UNREADABLE']);
    expect(answer.body.toString()).not.toMatch(/eu-|us-|bucket/);
    expect(lineOf(local, 'photo.jpg').s3Failures).toEqual([
      expect.objectContaining({ status, name, advice: expect.stringMatching(advice) }),
    ]);
    await local.close();
  });
});
