import {
  CreateInvalidationCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewGenerationSettings } from '../../../edge/new-generation/settings';
import { INVALIDATIONS, LAMBDA_EDGE } from '../../../edge/limits';
import type { LambdaFunction, LambdaOutcome } from '../../../local/src/functions/function';
import { startLambda } from '../../../local/src/functions/lambda';
import { bundleFunction } from '../../../stack/bundle';
import { type Running, photo, run } from '../../local/running';

/** As deployed, but for how long it waits. */
const PATIENT: NewGenerationSettings = {
  invalidating: { firstPauseMs: 5, longestPauseMs: 20, forMs: 60_000 },
  answering: { firstPauseMs: 5, longestPauseMs: 20, forMs: 60_000 },
  requestMs: 10_000,
};
const IMPATIENT = { ...PATIENT, invalidating: { firstPauseMs: 5, longestPauseMs: 20, forMs: 50 } };

interface Provider {
  lambda: LambdaFunction;
  lines: string[];
  remove(): void;
}

/** The bundle that is deployed, with settings of this test's. */
function start(settings: NewGenerationSettings): Provider {
  const assetDirectory = mkdtempSync(join(tmpdir(), 'new-generation-'));
  bundleFunction('new-generation', assetDirectory, settings);
  const lines: string[] = [];
  const { environment } = local;
  const lambda = startLambda({
    definition: {
      logicalId: 'Provider',
      stack: 'Stack',
      region: 'us-east-1',
      name: 'provider',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:provider',
      runtime: LAMBDA_EDGE.runtime,
      handler: 'index.handler',
      assetDirectory,
      timeoutSeconds: 60,
      memoryMb: 512,
      architecture: 'arm64',
      environment: {},
      roleArn: 'arn:aws:iam::123456789012:role/provider',
      versions: [],
    },
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
      sessionToken: environment['AWS_SESSION_TOKEN']!,
    },
    endpoints: { cloudfront: environment['AWS_ENDPOINT_URL_CLOUDFRONT']! },
    log: (line) => lines.push(line),
  });
  return { lambda, lines, remove: () => rmSync(assetDirectory, { recursive: true }) };
}

let local: Running;
let patient: Provider;
let impatient: Provider;
beforeAll(async () => {
  local = await run();
  patient = start(PATIENT);
  impatient = start(IMPATIENT);
  await local.put('a.jpg', await photo(200, 100));
  await local.settle();
});
afterAll(async () => {
  for (const { lambda, remove } of [patient, impatient]) {
    await lambda.close();
    remove();
  }
  await local.close();
});
beforeEach(() => {
  local.faults.clear();
  // What earlier tests had invalidated is complete.
  local.clock.advance(60_000);
  patient.lines.length = 0;
  impatient.lines.length = 0;
});

interface Answer extends Record<string, unknown> {
  method: string;
}

interface Deploy {
  type?: 'Create' | 'Update' | 'Delete';
  before?: string;
  after: string;
  /** Before and after. */
  bases?: [string?, string?];
  distribution?: string;
  provider?: Provider;
  /** What becomes of the first tries to answer. */
  refused?: ((response: ServerResponse) => void)[];
}

/** Sends what CloudFormation sends. @returns what it would be answered, and what became of the call */
async function deploy({
  type = 'Update',
  before,
  after,
  bases = [],
  distribution: DistributionId = local.deployment.distributions[0]!.id,
  provider = patient,
  refused = [],
}: Deploy): Promise<{ answers: Answer[]; outcome: LambdaOutcome }> {
  const answers: Answer[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const refuse = refused.shift();
    if (refuse) refuse(response);
    else {
      answers.push({ method: request.method!, contentType: request.headers['content-type'], ...JSON.parse(body) });
      response.end();
    }
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const outcome = await provider.lambda.invoke({
    RequestType: type,
    RequestId: `${type}-${after}`,
    StackId: 'stack',
    LogicalResourceId: 'Change',
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signed`,
    ResourceProperties: { ServiceToken: 'arn', DistributionId, Generation: after, Base: bases[1] },
    OldResourceProperties: { DistributionId, Generation: before, Base: bases[0] },
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { answers, outcome };
}

const succeeded = expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'generation' }) as unknown;

async function invalidations(): Promise<number> {
  const DistributionId = local.deployment.distributions[0]!.id;
  const { InvalidationList } = await local.cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  return InvalidationList!.Quantity!;
}

/** As many wildcards as may be in progress at once. */
async function occupy(): Promise<void> {
  await local.cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: local.deployment.distributions[0]!.id,
      InvalidationBatch: {
        CallerReference: `bulk ${Math.random()}`,
        Paths: {
          Quantity: INVALIDATIONS.wildcardsInProgress,
          Items: Array.from({ length: INVALIDATIONS.wildcardsInProgress }, (_, index) => `/${index}*`),
        },
      },
    }),
  );
}

const cacheOf = async () => (await local.get('/100x100/a.jpg')).headers['x-cache'];

test('a deploy that changes the generation invalidates everything, once', async () => {
  await cacheOf();
  expect(await cacheOf()).toBe('Hit from cloudfront');
  const before = await invalidations();
  const { answers } = await deploy({ before: 'aaaaaaaa', after: 'bbbbbbbb' });
  expect(answers).toEqual([succeeded]);
  expect(answers[0]).toMatchObject({ method: 'PUT', RequestId: 'Update-bbbbbbbb', StackId: 'stack' });
  // The URL is signed without a content type.
  expect(answers[0]!['contentType']).toBeFalsy();
  expect(await cacheOf()).toBe('Miss from cloudfront');
  // Lambda may call twice for one request.
  await deploy({ before: 'aaaaaaaa', after: 'bbbbbbbb' });
  expect(await invalidations()).toBe(before + 1);
});

test.each<[string[], [string?, string?]]>([
  [['/*'], []],
  [['/img/*'], ['/img', '/img']],
  [
    ['/pics/*', '/img/*'],
    ['/img', '/pics'],
  ],
])('what is invalidated is %j for the bases %j', async (paths, bases) => {
  await deploy({ before: 'aaaaaaaa', after: `after ${bases.join()}`, bases });
  const DistributionId = local.deployment.distributions[0]!.id;
  const { InvalidationList } = await local.cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  const { Id } = InvalidationList!.Items![0]!;
  const { Invalidation } = await local.cloudFront.send(new GetInvalidationCommand({ DistributionId, Id: Id! }));
  expect(Invalidation!.InvalidationBatch!.Paths!.Items).toEqual(paths);
});

test.each([
  ['the first deploy', 'Create', undefined],
  ['a deploy with the same generation', 'Update', 'cccccccc'],
  ['the end of the stack', 'Delete', undefined],
] as const)('%s invalidates nothing', async (_, type, before) => {
  const count = await invalidations();
  expect((await deploy({ type, ...(before && { before }), after: 'cccccccc' })).answers).toEqual([succeeded]);
  expect(await invalidations()).toBe(count);
});

test('while other invalidations are in progress, it waits for them', async () => {
  await occupy();
  const deployed = deploy({ before: 'dddddddd', after: 'eeeeeeee' });
  while (!patient.lines.join().includes('TooManyInvalidationsInProgress')) await sleep(5);
  const before = await invalidations();
  local.clock.advance(60_000);
  expect((await deployed).answers).toEqual([succeeded]);
  expect(await invalidations()).toBe(before + 1);
});

test.each([
  ['throttled', 'throttle'],
  ['answered with a 503', '503'],
  ['cut off', 'reset'],
])('where CloudFront is asked and it is %s, it is asked again', async (name, fault) => {
  const before = await invalidations();
  local.faults.add(`cloudfront:CreateInvalidation=${fault},times=3`);
  const { answers } = await deploy({ before: 'ffffffff', after: `after ${name}` });
  expect(answers).toEqual([succeeded]);
  expect(await invalidations()).toBe(before + 1);
  expect(patient.lines.filter((line) => line.includes('againInMs'))).toHaveLength(3);
});

test.each<[string, Partial<Deploy>, () => Promise<void> | void, RegExp]>([
  ['too many are in progress for too long', {}, occupy, /TooManyInvalidationsInProgress/],
  ['it is throttled for too long', {}, () => local.faults.add('cloudfront:CreateInvalidation=throttle'), /Throttling/],
  ['the distribution is gone', { distribution: 'ENOTHING' }, () => undefined, /does not exist/],
])('a deploy does not fail when %s: the log says what to run by hand', async (name, deployed, prepare, error) => {
  await prepare();
  const { answers } = await deploy({
    ...deployed,
    before: 'aaaaaaaa',
    after: `after ${name}`,
    provider: impatient,
  });
  expect(answers).toEqual([succeeded]);
  const last = JSON.parse(impatient.lines.at(-1)!.replace('provider: ', '')) as Record<string, string>;
  expect(last['error']).toMatch(error);
  const id = deployed.distribution ?? local.deployment.distributions[0]!.id;
  expect(last['command']).toBe(`aws cloudfront create-invalidation --distribution-id ${id} --paths "/*"`);
});

test('an answer that CloudFormation does not get is sent again', async () => {
  const refused = [
    (response: ServerResponse) => void response.destroy(),
    (response: ServerResponse) => void response.writeHead(503).end(),
  ];
  expect((await deploy({ type: 'Create', after: 'aaaaaaaa', refused })).answers).toEqual([succeeded]);
  expect(refused).toHaveLength(0);
});

test('an answer that does not arrive at all fails the call, so that Lambda calls again', async () => {
  const hurried = start({ ...PATIENT, answering: IMPATIENT.invalidating });
  const refused = Array.from({ length: 100 }, () => (response: ServerResponse) => void response.writeHead(503).end());
  const { outcome, answers } = await deploy({ type: 'Create', after: 'aaaaaaaa', refused, provider: hurried });
  expect(answers).toEqual([]);
  expect(outcome).toMatchObject({ kind: 'exception', message: expect.stringContaining('answered 503') as string });
  await hurried.lambda.close();
  hurried.remove();
});
