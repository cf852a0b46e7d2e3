import type { LambdaOutcome } from '../../../local/src/functions/function';
import { type Front, front } from './origin';

let cdn: Front;
afterEach(() => cdn.close());

const answer = (value: unknown): LambdaOutcome => ({ kind: 'answer', value, milliseconds: 1, cold: false });
const MIB = 1_048_576;

/** A distribution whose origin answers 404 like S3, and whose origin-response function has this outcome. */
const withLambda = async (value: unknown, open = {}) => {
  cdn = await front(
    (_, to) => void to.writeHead(404, { 'content-type': 'application/xml', via: '1.1 s3' }).end('<Error/>'),
    {
      lambda: (event) => (typeof value === 'function' ? value(event) : answer(value)),
      open,
    },
  );
  return cdn.get('/a');
};

const VIA = { via: [{ key: 'via', value: '1.1 s3' }], 'transfer-encoding': [{ value: 'chunked' }] };
const response = (headers: object, rest: object = { body: 'x' }) => ({
  status: '200',
  headers: { ...VIA, ...headers },
  ...rest,
});

// DG: lambda-event-structure, lambda-generating-http-responses
test("the answer of an origin-response function replaces the origin's response", async () => {
  const { status, body } = await withLambda(
    response({}, { body: Buffer.from('image').toString('base64'), bodyEncoding: 'base64' }),
  );
  expect([status, body.toString()]).toEqual([200, 'image']);
});

test("a body that is left out stays the origin's", async () => {
  expect((await withLambda(response({}, {}))).body.toString()).toBe('<Error/>');
});

// DG: edge-function-restrictions-all, cloudfront-limits, lambda-generating-http-responses
test.each<[string, unknown, string]>([
  ['a disallowed header', response({ 'x-cache': [{ value: 'x' }] }), 'header x-cache is not allowed'],
  ['a disallowed prefix', response({ 'x-amz-cf-own': [{ value: 'x' }] }), 'header x-amz-cf-own is not allowed'],
  ['a read-only header that was changed', response({ via: [{ value: 'other' }] }), 'via is read-only'],
  ['a read-only header that was dropped', { status: '200', headers: {}, body: 'x' }, 'is read-only and was changed'],
  ['a status that is none', { ...response({}), status: 'fine' }, 'status is "fine"'],
  ['a status out of range', { ...response({}), status: 700 }, 'status is 700'],
  ['a header in upper case', response({ 'X-A': [{ value: 'x' }] }), 'header X-A'],
  ['a header that is no list', response({ 'x-a': 'x' }), 'header x-a'],
  ['a key that is not the name', response({ 'x-a': [{ key: 'x-b', value: 'x' }] }), 'header x-a'],
  ['a line break in a header', response({ 'x-a': [{ value: 'a\nb' }] }), 'control characters'],
  ['a body that is no text', response({}, { body: { a: 1 } }), 'body is not text'],
  ['an encoding that is none', response({}, { body: 'x', bodyEncoding: 'gzip' }), 'bodyEncoding is "gzip"'],
  ['a content-length that is wrong', response({ 'content-length': [{ value: '7' }] }), 'content-length is 7'],
  ['no response at all', null, 'no response'],
])('%s is a 502 of CloudFront, and the log says why', async (_, value, why) => {
  const { status, headers } = await withLambda(value);
  expect([status, headers['x-cache']]).toEqual([502, 'LambdaValidationError from cloudfront']);
  expect(cdn.logged.join('\n')).toContain(why);
  expect(cdn.logged.filter((line) => line.startsWith('us-east-1 refuses: '))).toHaveLength(1);
});

// DG: cloudfront-limits: 1 MB for headers and body; whether base64 counts before or after decoding is open
test.each([
  ['encoded', 0.7 * MIB, 200],
  ['encoded', 0.8 * MIB, 502],
  ['decoded', 0.8 * MIB, 200],
  ['decoded', 1.01 * MIB, 502],
] as const)('with base64 counted %s, a body of %i bytes is a %i', async (base64Counts, bytes, expected) => {
  const body = Buffer.alloc(Math.floor(bytes)).toString('base64');
  const { status } = await withLambda(response({}, { body, bodyEncoding: 'base64' }), { base64Counts });
  expect(status).toBe(expected);
});

// DG: http-502-lambda-validation-error, http-503-lambda-execution-error, http-503-lambda-limit-exceeded-error
test.each<[LambdaOutcome['kind'], number, string]>([
  ['exception', 503, 'LambdaExecutionError'],
  ['memory', 503, 'LambdaExecutionError'],
  ['timeout', 503, 'LambdaLimitExceeded'],
  ['unserialisable', 502, 'LambdaValidationError'],
])('a function that ends with %s is a %i and %s', async (kind, status, xCache) => {
  const failed = await withLambda(() => ({ kind, message: 'because', milliseconds: 1 }));
  expect([failed.status, failed.headers['x-cache']]).toEqual([status, `${xCache} from cloudfront`]);
  expect(cdn.logged.join('\n')).toContain('because');
});

test.each([
  [true, 1],
  [false, 2],
])('the error of a function may or may not be cached: %s', async (functionErrorsCached, times) => {
  let called = 0;
  await withLambda(() => (called++, { kind: 'exception', message: 'x', milliseconds: 1 }), { functionErrorsCached });
  await cdn.get('/a');
  expect(called).toBe(times);
});

const withViewer = async (viewer: (event: any) => unknown) => {
  cdn = await front((_, to) => void to.writeHead(200).end('origin'), { viewer });
  return cdn.get('/a?b=1&b=2&B=3', { Accept: 'x' });
};

// DG: functions-event-structure
test("the event of a viewer-request function has CloudFront's structure", async () => {
  let seen: any;
  await withViewer((event) => ((seen = event), event.request));
  expect(seen).toMatchObject({
    version: '1.0',
    context: { eventType: 'viewer-request', distributionId: 'E1', distributionDomainName: 'd1.cloudfront.net' },
    viewer: { ip: '127.0.0.1' },
    request: {
      method: 'GET',
      uri: '/a',
      querystring: { b: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] }, B: { value: '3' } },
      headers: { accept: { value: 'x' } },
      cookies: {},
    },
  });
});

test.each([
  ['a parameter', { querystring: { B: { value: '3' } } }, 200],
  ['a header', { headers: { 'X-A': { value: '3' } } }, 502],
])('a viewer-request function that returns a name of %s in upper case: %j is a %i', async (_, changes, expected) => {
  expect((await withViewer(({ request }) => ({ ...request, ...changes }))).status).toBe(expected);
});

// Whether CloudFront reads a path that is not UTF-8 as ISO-8859-1 is open.
test.each([
  [false, '/%ff.jpg', '/%ff.jpg'],
  [true, '/%ff.jpg', '/%C3%BF.jpg'],
  [true, '/%C3%BF.jpg', '/%C3%BF.jpg'],
])('with ISO-8859-1 converted: %s, the function sees %s as %s', async (latin1PathsConverted, sent, seen) => {
  let uri = '';
  const viewer = ({ request }: { request: { uri: string } }) => ((uri = request.uri), request);
  cdn = await front((_, to) => void to.writeHead(200).end(), { viewer, open: { latin1PathsConverted } });
  await cdn.get(sent);
  expect(uri).toBe(seen);
});

test('a viewer-request function can return a response', async () => {
  const { status, headers, body } = await withViewer(() => ({
    statusCode: 418,
    headers: { 'x-a': { value: 'b' } },
    body: 'tea',
  }));
  expect([status, headers['x-a'], body.toString()]).toEqual([418, 'b', 'tea']);
  expect([headers['x-cache'], cdn.asked.length]).toEqual(['FunctionGeneratedResponse from cloudfront', 0]);
});

// DG: edge-function-restrictions-all, functions-event-structure
test.each<[string, (event: any) => unknown, string]>([
  ['nothing', () => null, 'no object'],
  ['another method', (event) => ({ ...event.request, method: 'HEAD' }), 'method cannot be changed'],
  ['a uri without slash', (event) => ({ ...event.request, uri: 'a' }), 'uri has to begin with /'],
  [
    'another host',
    (event) => ({ ...event.request, headers: { ...event.request.headers, host: { value: 'x' } } }),
    'host is read-only',
  ],
  ['a status that is text', () => ({ statusCode: '200' }), 'statusCode is "200"'],
  ['headers that are text', () => ({ statusCode: 200, headers: { a: 'b' } }), 'headers are not'],
  [
    'a disallowed header',
    () => ({ statusCode: 200, headers: { connection: { value: 'x' } } }),
    'connection is not allowed',
  ],
])('a viewer-request function that answers with %s is a 502', async (_, viewer, why) => {
  const { status, headers } = await withViewer(viewer);
  expect([status, headers['x-cache']]).toEqual([502, 'FunctionValidationError from cloudfront']);
  expect(cdn.logged.join('\n')).toContain(why);
});
