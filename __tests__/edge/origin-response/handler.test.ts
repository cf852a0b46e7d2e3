import type { CloudFrontResultResponse } from 'aws-lambda';
import { originResponseEvent } from '../../../local/src/cloudfront/origin-response';
import { readDeployment } from '../../../local/src/deployment/read';
import type { LambdaFunction } from '../../../local/src/functions/function';
import { startLambda } from '../../../local/src/functions/lambda';

/** The function on its own, from its asset: for what CloudFront would hardly ever send. */
const deployment = readDeployment(process.env['CDK_OUT']!);
const definition = deployment.distributions[0]!;
const origin = definition.config.Origins[0]!;
let lambda: LambdaFunction;
beforeAll(() => {
  const arn = definition.config.DefaultCacheBehavior.LambdaFunctionAssociations![0]!.LambdaFunctionARN;
  lambda = startLambda({
    definition: deployment.functions.find(({ versions }) => versions.some((version) => version.arn === arn))!,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none', sessionToken: 'none' },
    // Nobody listens there: what needs S3 fails at once.
    endpoints: { s3: 'http://127.0.0.1:9' },
    log: () => undefined,
  });
});
afterAll(() => lambda.close());

async function answer(uri: string, status: number, path = origin.OriginPath!): Promise<CloudFrontResultResponse> {
  const response = {
    status,
    headers: {
      'transfer-encoding': 'chunked',
      'content-type': 'application/xml',
      'x-amz-request-id': '1',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-meta-original-etag': '1',
      'x-amz-meta-cache-tag': '0a1b',
      server: 'AmazonS3',
      via: '1.1 x',
    },
    body: Buffer.alloc(0),
  };
  const request = { method: 'GET', uri, headers: {}, requestId: '1', clientIp: '127.0.0.1' };
  const event = originResponseEvent(request, response, { ...origin, OriginPath: path }, definition);
  const outcome = await lambda.invoke(event);
  if (outcome.kind !== 'answer') throw new Error(outcome.message);
  return outcome.value as CloudFrontResultResponse;
}

const header = (response: CloudFrontResultResponse, name: string) => response.headers?.[name]?.[0]?.value;

test.each([200, 206, 304, 412, 416])("a %i of S3 passes through, without S3's own headers", async (status) => {
  const response = await answer('/a.jpg/640x.auto', status);
  expect(response.body).toBeUndefined();
  expect([response.status, Object.keys(response.headers!).sort()]).toEqual([
    String(status),
    [
      'access-control-allow-origin',
      'access-control-expose-headers',
      'content-type',
      'cross-origin-resource-policy',
      'timing-allow-origin',
      'transfer-encoding',
      'vary',
      'via',
      'x-amz-meta-cache-tag',
      'x-content-type-options',
    ],
  ]);
  expect([header(response, 'vary'), header(response, 'via')]).toEqual(['Accept', '1.1 x']);
});

test.each([
  ['/a.jpg', 'no variant'],
  ['/a.jpg/641x.auto', 'a size that is not listed'],
  ['/a.jpg/300x300-contain-focus.auto', 'a fit that is not enabled'],
  ['/a.jpg/640x-q50.jpeg', 'a quality that is not enabled'],
])('%s is %s: 403, kept by no cache', async (uri) => {
  const response = await answer(uri, 404);
  expect([response.status, header(response, 'x-resizer-error'), header(response, 'cache-control')]).toEqual([
    '403',
    'NOT_ALLOWED',
    'no-store',
  ]);
});

test('a variant of another generation is not made with the settings of this one', async () => {
  expect((await answer('/a.jpg/640x.auto', 404, '/00000000')).status).toBe('403');
});

test.each([500, 503, 301, 400])('a %i of S3 for a variant is a 503', async (status) => {
  const response = await answer('/a.jpg/640x.auto', status);
  expect([response.status, header(response, 'retry-after')]).toEqual(['503', '1']);
});

test("of S3's headers only those stay that a function has to hand on", async () => {
  const response = await answer('/a.jpg/640x.auto', 404);
  expect(response.status).toBe('503');
  expect(header(response, 'transfer-encoding')).toBe('chunked');
  expect(header(response, 'via')).toBe('1.1 x');
  expect(header(response, 'x-amz-request-id')).toBeUndefined();
  expect(header(response, 'content-type')).toBe('text/plain; charset=utf-8');
});
